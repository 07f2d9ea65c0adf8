import { Clock } from '@app/kernel/clock.js';
import type { MovableClock } from '@app/platform/operations/clock/movable-clock.js';
import { PaymentsApp, eur } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_TIMEOUT_MS: '2000', RECONCILE_AFTER_MS: '1000' } });
}, 60_000);
afterEach(() => app.control('DELETE', '/faults'));
afterAll(() => app?.close());

const createIntent = { method: 'POST', path: '/v1/payment_intents' };

async function intentsOf(paymentId: string): Promise<string[]> {
  const intents = await app.stripe.paymentIntents.list({ limit: 100 });
  return intents.data.filter(({ metadata }) => metadata['paymentId'] === paymentId).map(({ id }) => id);
}

describe('Starting a payment', () => {
  it('a new payment is answered with 201, its client secret and its location', async () => {
    const reservation = await app.newReservation();
    const { status, body, headers } = await app.requestPayment(reservation);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      reservationId: reservation.id,
      status: 'open',
      amount: eur(2_500),
      captured: eur(0),
      refunded: eur(0),
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      publishableKey: app.stripeSettings.publishableKey,
      expiresAt: '2099-01-01T00:00:00.000Z',
      lastError: null,
      refunds: [],
    });
    expect(headers.get('location')).toBe(`/api/v1/reservations/${reservation.id}/payments/${body.id}`);
    const [intentId] = await intentsOf(body.id);
    expect(await app.stripe.paymentIntents.retrieve(intentId!)).toMatchObject({
      amount: 2_500,
      currency: 'eur',
      metadata: { paymentId: body.id, reservationId: reservation.id },
    });
    expect(await app.eventsOf(body.id)).toEqual(['payment-started']);
  });

  it('a second request is answered with 200 and the same payment', async () => {
    const reservation = await app.newReservation();
    const first = await app.requestPayment(reservation);
    const second = await app.requestPayment(reservation);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
  });

  it('concurrent requests get one intent', async () => {
    const reservation = await app.newReservation();
    await app.faults({ api: [{ ...createIntent, answer: 'delay', delayMs: 300, next: 1 }] });
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.requestPayment(reservation)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.clientSecret)).size).toBe(1);
    expect(await intentsOf(answers[0]!.body.id)).toHaveLength(1);
  });

  it('a payment is read by its location, without its secret, by its customer alone', async () => {
    const [reservation, other] = [await app.newReservation(), await app.newReservation()];
    const { body, headers } = await app.requestPayment(reservation);
    const path = headers.get('location')!.replace('/api/v1', '');
    expect(await app.expectOk('GET', path, { token: reservation.token })).toEqual({ ...body, clientSecret: null });
    const refused = async (of: string, token: string) => (await app.get(of, { token })).body.code;
    expect(await refused(path, other.token)).toBe('payments.reservation-not-found');
    expect(await refused(path.replace(reservation.id, other.id), other.token)).toBe('payments.payment-not-found');
    expect(await refused(path.replace(body.id, reservation.id), reservation.token)).toBe('payments.payment-not-found');
  });

  it('an admin reads one payment by its id, as the list shows it', async () => {
    const reservation = await app.newReservation();
    const { body } = await app.requestPayment(reservation);
    const token = await app.adminToken();
    const { data } = await app.expectOk('GET', `/admin/payments?reservationId=${reservation.id}`, { token });
    expect(await app.expectOk('GET', `/admin/payments/${body.id}`, { token })).toEqual(data[0]);
    const unknown = await app.get(`/admin/payments/${reservation.id}`, { token });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'payments.payment-not-found']);
  });

  it('a free reservation is settled without Stripe, once', async () => {
    const reservation = await app.newReservation({ total: eur(0) });
    const first = await app.requestPayment(reservation);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ status: 'succeeded', clientSecret: null, captured: eur(0), expiresAt: null });
    expect(await app.eventsOf(first.body.id)).toEqual(['payment-started', 'payment-succeeded']);
    app.changeReservation(reservation, { status: 'confirmed' });
    const second = await app.requestPayment(reservation);
    expect([second.status, second.body.id]).toEqual([200, first.body.id]);
  });

  it('a reservation that does not exist or is not yours is answered with 404', async () => {
    const reservation = await app.newReservation();
    const other = await app.newReservation();
    expect((await app.requestPayment({ ...reservation, token: other.token })).body).toMatchObject({
      status: 404,
      code: 'payments.reservation-not-found',
    });
    expect((await app.get(`/reservations/${reservation.id}/payments`, { token: other.token })).status).toBe(404);
    expect((await app.call('POST', `/reservations/${reservation.id}/payment`)).status).toBe(401);
    expect((await app.call('POST', '/reservations/1/payment', { token: other.token })).status).toBe(400);
  });

  it('a failure that is repeated without saying so blocks a payment for seconds', async () => {
    const reservation = await app.newReservation();
    await app.faults({ omits: ['replay_headers'], api: [{ ...createIntent, answer: 'server_error', next: 1 }] });
    expect((await app.requestPayment(reservation)).status).toBe(503);
    await app.sql(
      `UPDATE platform.jobs SET key_since = key_since - interval '5 seconds' WHERE kind = 'payments.open-payment' AND key_since IS NOT NULL`,
    );
    const { status, body } = await app.requestPayment(reservation);
    expect([status, body.status]).toEqual([200, 'open']);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it.each(['metadata', 'amount_received'])('a payment succeeds where answers and events have no %s', async (omitted) => {
    await app.faults({ omits: [omitted] });
    await app.paidPayment();
  });

  it('a reservation that has ended or is paid is refused', async () => {
    const refusals = await Promise.all(
      (['expired', 'cancelled', 'confirmed', 'completed'] as const).map(async (status) => {
        const { body } = await app.requestPayment(await app.newReservation({ status }));
        return [body.status, body.code];
      }),
    );
    expect(refusals).toEqual([
      [410, 'payments.hold-expired'],
      [409, 'payments.reservation-ended'],
      [409, 'payments.already-paid'],
      [409, 'payments.already-paid'],
    ]);
  });

  it('a hold past its time gets no new payment, but keeps its open one', async () => {
    expect((await app.requestPayment(await app.newReservation({ due: true }))).body).toMatchObject({
      status: 410,
      code: 'payments.hold-expired',
    });
    const { reservation, paymentId } = await app.newPayment();
    app.changeReservation(reservation, { due: true });
    const again = await app.requestPayment(reservation);
    expect([again.status, again.body.id]).toEqual([200, paymentId]);
  });

  it('a second request finds that the money has arrived', async () => {
    await app.faults({ webhooks: [{ drop: true }] });
    const { reservation, paymentId, intentId } = await app.newPayment();
    await app.pay(intentId);
    // Within seconds the intent is not fetched again.
    expect((await app.requestPayment(reservation)).status).toBe(200);
    await app.nest.get<Clock, MovableClock>(Clock).advance(5_000);
    expect((await app.requestPayment(reservation)).body).toMatchObject({ status: 409, code: 'payments.already-paid' });
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('a showtime that was cancelled or moved is not paid for', async () => {
    for (const showtime of ['cancelled', 'moved'] as const) {
      const fresh = await app.newReservation({ showtime });
      const refusal = { status: 409, code: `payments.showtime-${showtime}` };
      expect((await app.requestPayment(fresh)).body).toMatchObject(refusal);
      expect(await app.sql(`SELECT FROM payments.payments WHERE reservation_id = $1`, [fresh.id])).toEqual([]);
      const { reservation, paymentId, intentId } = await app.newPayment();
      app.changeReservation(reservation, { showtime });
      expect((await app.requestPayment(reservation)).body).toMatchObject(refusal);
      await app.untilStatus(paymentId, 'cancelled');
      expect((await app.stripe.paymentIntents.retrieve(intentId)).status).toBe('canceled');
    }
  });

  it('a customer lists the payments of a reservation, without secrets', async () => {
    const { reservation, paymentId } = await app.newPayment();
    const { body } = await app.get(`/reservations/${reservation.id}/payments`, { token: reservation.token });
    expect(body).toEqual({
      data: [expect.objectContaining({ id: paymentId, status: 'open', clientSecret: null })],
      page: { nextCursor: null },
    });
  });
});

describe('Starting a payment while Stripe fails', () => {
  it('a cut connection is followed by a second request under the same key', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'close', when: 'after', next: 2 }] });
    const { status, body } = await app.requestPayment(await app.newReservation());
    expect(status).toBe(201);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it('an intent behind a key that only replays a failure is found by its metadata', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'server_error', when: 'after', next: 1 }] });
    const { status, body } = await app.requestPayment(await app.newReservation());
    expect(status).toBe(201);
    expect(await intentsOf(body.id)).toHaveLength(1);
    const [job] = await app.sql(`SELECT key_attempt, run_at FROM platform.jobs WHERE subject = $1`, [body.id]);
    expect(job).toEqual({ key_attempt: 1, run_at: null });
  });

  it('the next key is used when the failed one made nothing', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'server_error', when: 'before', next: 1 }] });
    const { status, body } = await app.requestPayment(await app.newReservation());
    expect(status).toBe(201);
    expect(await intentsOf(body.id)).toHaveLength(1);
    expect(await app.sql(`SELECT key_attempt FROM platform.jobs WHERE subject = $1`, [body.id])).toEqual([{ key_attempt: 2 }]);
  });

  it('an unknown outcome is answered with 503, and a job opens the payment', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'hang', when: 'after' }] });
    const reservation = await app.newReservation();
    const { status, headers, body } = await app.requestPayment(reservation);
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'payments.unavailable']);
    const [payment] = await app.sql(`SELECT id, status FROM payments.payments WHERE reservation_id = $1`, [reservation.id]);
    expect(payment.status).toBe('created');
    await app.control('DELETE', '/faults');
    await app.untilStatus(payment.id, 'open');
    expect(await intentsOf(payment.id)).toHaveLength(1);
    const again = await app.requestPayment(reservation);
    expect([again.status, again.body.id]).toEqual([200, payment.id]);
  });

  it('the next request continues under the same key', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'hang', when: 'after' }] });
    const reservation = await app.newReservation();
    expect((await app.requestPayment(reservation)).status).toBe(503);
    await app.control('DELETE', '/faults');
    const { status, body } = await app.requestPayment(reservation);
    expect(status).toBe(200);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it('a key that Stripe may have forgotten makes no second intent', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'hang', when: 'after' }] });
    const reservation = await app.newReservation();
    expect((await app.requestPayment(reservation)).status).toBe(503);
    await app.sql(`UPDATE platform.jobs SET key_since = key_since - interval '23 hours 1 minute' WHERE kind = 'payments.open-payment'`);
    await app.control('DELETE', '/faults');
    const { status, body } = await app.requestPayment(reservation);
    expect(status).toBe(200);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it('a rate limit is answered with 503', async () => {
    await app.faults({ api: [{ ...createIntent, answer: 'rate_limit' }] });
    const reservation = await app.newReservation();
    expect((await app.requestPayment(reservation)).status).toBe(503);
    await app.control('DELETE', '/faults');
    expect((await app.requestPayment(reservation)).status).toBe(200);
  });

  it('a refused amount cancels the payment, and the next request begins another', async () => {
    const reservation = await app.newReservation({ total: eur(1) });
    expect((await app.requestPayment(reservation)).body).toMatchObject({ status: 422, code: 'payments.amount-refused' });
    const [payment] = await app.sql(`SELECT id, status FROM payments.payments WHERE reservation_id = $1`, [reservation.id]);
    expect(payment.status).toBe('cancelled');
    expect(await app.eventsOf(payment.id)).toEqual(['payment-cancelled']);
    app.changeReservation(reservation, { total: eur(1_000) });
    expect((await app.requestPayment(reservation)).status).toBe(201);
  });
});
