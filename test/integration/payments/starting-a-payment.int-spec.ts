import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BoxOffice, eur } from './box-office.js';
import { PaymentsSettings } from '@app/payments';

let office: BoxOffice;
beforeAll(async () => {
  office = await BoxOffice.open({ env: { STRIPE_TIMEOUT_MS: '500', RECONCILE_AFTER_MS: '1000' } });
}, 60_000);
afterEach(() => office.knob('DELETE', '/faults'));
afterAll(() => office?.close());

const creating = { method: 'POST', path: '/v1/payment_intents' };

async function intentsOf(paymentId: string): Promise<string[]> {
  const intents = await office.stripe.paymentIntents.list({ limit: 100 });
  return intents.data.filter(({ metadata }) => metadata['paymentId'] === paymentId).map(({ id }) => id);
}

describe('Starting a payment', () => {
  it('answers 201 with what Stripe.js needs, and where the payment is listed', async () => {
    const reservation = await office.held();
    const { status, body, headers } = await office.ask(reservation);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      reservationId: reservation.id,
      status: 'open',
      amount: eur(2_500),
      captured: eur(0),
      refunded: eur(0),
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      publishableKey: office.settings.get(PaymentsSettings).stripe.publishableKey,
      expiresAt: '2099-01-01T00:00:00.000Z',
      refunds: [],
    });
    expect(headers.get('location')).toBe(`/api/v1/reservations/${reservation.id}/payments`);
    const [intentId] = await intentsOf(body.id);
    expect(await office.stripe.paymentIntents.retrieve(intentId!)).toMatchObject({
      amount: 2_500,
      currency: 'eur',
      metadata: { paymentId: body.id, reservationId: reservation.id },
    });
    expect(await office.eventsOf(body.id)).toEqual(['payment-started']);
  });

  it('answers 200 with the same open payment when asked again', async () => {
    const reservation = await office.held();
    const first = await office.ask(reservation);
    const second = await office.ask(reservation);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
  });

  it('gives one intent to two asks at once', async () => {
    const reservation = await office.held();
    await office.faults({ api: [{ ...creating, answer: 'delay', delayMs: 300, next: 1 }] });
    const answers = await Promise.all(Array.from({ length: 6 }, () => office.ask(reservation)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.clientSecret)).size).toBe(1);
    expect(await intentsOf(answers[0]!.body.id)).toHaveLength(1);
  });

  it('settles a free reservation without Stripe, again and again the same', async () => {
    const reservation = await office.held({ total: eur(0) });
    const first = await office.ask(reservation);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ status: 'succeeded', clientSecret: null, captured: eur(0), expiresAt: null });
    expect(await office.eventsOf(first.body.id)).toEqual(['payment-started', 'payment-succeeded']);
    office.becomes(reservation, { status: 'confirmed' });
    const second = await office.ask(reservation);
    expect([second.status, second.body.id]).toEqual([200, first.body.id]);
  });

  it('does not know a reservation that is not there or not yours', async () => {
    const reservation = await office.held();
    const stranger = await office.held();
    expect((await office.ask({ ...reservation, token: stranger.token })).body).toMatchObject({
      status: 404,
      code: 'payments.reservation-not-found',
    });
    expect((await office.get(`/reservations/${reservation.id}/payments`, { token: stranger.token })).status).toBe(404);
    expect((await office.call('POST', `/reservations/${reservation.id}/payment`)).status).toBe(401);
    expect((await office.call('POST', '/reservations/1/payment', { token: stranger.token })).status).toBe(400);
  });

  it('refuses a reservation that is over or paid', async () => {
    const refusals = await Promise.all(
      (['expired', 'cancelled', 'confirmed', 'completed'] as const).map(async (status) => {
        const { body } = await office.ask(await office.held({ status }));
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

  it('starts nothing new for a hold past its time, but still gives the payment that is open', async () => {
    expect((await office.ask(await office.held({ due: true }))).body).toMatchObject({ status: 410, code: 'payments.hold-expired' });
    const { reservation, paymentId } = await office.started();
    office.becomes(reservation, { due: true });
    const again = await office.ask(reservation);
    expect([again.status, again.body.id]).toEqual([200, paymentId]);
  });

  it('notices on asking again that the money has arrived', async () => {
    await office.faults({ webhooks: [{ drop: true }] });
    const { reservation, paymentId, intentId } = await office.started();
    await office.pay(intentId);
    expect((await office.ask(reservation)).body).toMatchObject({ status: 409, code: 'payments.already-paid' });
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('lists the payments of a reservation to its owner, without secrets', async () => {
    const { reservation, paymentId } = await office.started();
    const { body } = await office.get(`/reservations/${reservation.id}/payments`, { token: reservation.token });
    expect(body).toEqual({
      data: [expect.objectContaining({ id: paymentId, status: 'open', clientSecret: null })],
      page: { nextCursor: null },
    });
  });
});

describe('Starting a payment while Stripe is not well', () => {
  it('asks again with the same key when the connection was cut after Stripe had made the intent', async () => {
    await office.faults({ api: [{ ...creating, answer: 'close', when: 'after', next: 2 }] });
    const { status, body } = await office.ask(await office.held());
    expect(status).toBe(201);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it('looks for its intent by metadata when the key only replays a failure, and takes what it finds', async () => {
    await office.faults({ api: [{ ...creating, answer: 'server_error', when: 'after', next: 1 }] });
    const { status, body } = await office.ask(await office.held());
    expect(status).toBe(201);
    expect(await intentsOf(body.id)).toHaveLength(1);
    const [due] = await office.sql(`SELECT attempt, next_at FROM payments.due_rows WHERE subject = $1`, [body.id]);
    expect(due).toEqual({ attempt: 1, next_at: null });
  });

  it('takes the next key when the failed one made nothing', async () => {
    await office.faults({ api: [{ ...creating, answer: 'server_error', when: 'before', next: 1 }] });
    const { status, body } = await office.ask(await office.held());
    expect(status).toBe(201);
    expect(await intentsOf(body.id)).toHaveLength(1);
    expect(await office.sql(`SELECT attempt FROM payments.due_rows WHERE subject = $1`, [body.id])).toEqual([{ attempt: 2 }]);
  });

  it('answers 503 with Retry-After when the outcome stays unknown; the schedule ends what was begun, with one intent', async () => {
    await office.faults({ api: [{ ...creating, answer: 'hang', when: 'after' }] });
    const reservation = await office.held();
    const { status, headers, body } = await office.ask(reservation);
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'payments.unavailable']);
    const [payment] = await office.sql(`SELECT id, status FROM payments.payments WHERE reservation_id = $1`, [reservation.id]);
    expect(payment.status).toBe('created');
    await office.knob('DELETE', '/faults');
    await office.reaches(payment.id, 'open');
    expect(await intentsOf(payment.id)).toHaveLength(1);
    const again = await office.ask(reservation);
    expect([again.status, again.body.id]).toEqual([200, payment.id]);
  });

  it('is resumed by the next ask, under the same key', async () => {
    await office.faults({ api: [{ ...creating, answer: 'hang', when: 'after' }] });
    const reservation = await office.held();
    expect((await office.ask(reservation)).status).toBe(503);
    await office.knob('DELETE', '/faults');
    const { status, body } = await office.ask(reservation);
    expect(status).toBe(200);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it('does not make a second intent when its key is too old to be remembered', async () => {
    await office.faults({ api: [{ ...creating, answer: 'hang', when: 'after' }] });
    const reservation = await office.held();
    expect((await office.ask(reservation)).status).toBe(503);
    await office.sql(`UPDATE payments.due_rows SET key_since = key_since - interval '23 hours 1 minute' WHERE kind = 'open-payment'`);
    await office.knob('DELETE', '/faults');
    const { status, body } = await office.ask(reservation);
    expect(status).toBe(200);
    expect(await intentsOf(body.id)).toHaveLength(1);
  });

  it('backs off when asked for fewer requests', async () => {
    await office.faults({ api: [{ ...creating, answer: 'rate_limit' }] });
    const reservation = await office.held();
    expect((await office.ask(reservation)).status).toBe(503);
    await office.knob('DELETE', '/faults');
    expect((await office.ask(reservation)).status).toBe(200);
  });

  it('cancels a payment that Stripe will not have, and the next ask begins another', async () => {
    const reservation = await office.held({ total: eur(1) });
    expect((await office.ask(reservation)).body).toMatchObject({ status: 422, code: 'payments.amount-refused' });
    const [payment] = await office.sql(`SELECT id, status FROM payments.payments WHERE reservation_id = $1`, [reservation.id]);
    expect(payment.status).toBe('cancelled');
    expect(await office.eventsOf(payment.id)).toEqual(['payment-cancelled']);
    office.becomes(reservation, { total: eur(1_000) });
    expect((await office.ask(reservation)).status).toBe(201);
  });
});
