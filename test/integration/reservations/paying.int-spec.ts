import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Paying for a reservation', () => {
  let system: InProcessSystem;
  let anna: Customer;
  let ben: Customer;
  let scene: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());
  beforeEach(async () => (scene = await system.createShowtime()));

  async function held(seats: string[], customer = anna): Promise<Json> {
    const { status, body } = await system.hold(customer, scene.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  async function intentFor(reservationId: string): Promise<string> {
    const { body } = await system.startPayment(anna, reservationId);
    return body.clientSecret.split('_secret_')[0];
  }

  const pay = (intent: string, card = 'pm_card_visa'): Promise<unknown> =>
    system.stripe.paymentIntents.confirm(intent, { payment_method: card });

  function becomes(id: string, expected: object): Promise<Json> {
    return until(
      async () => {
        const seen = await system.reservation(anna, id);
        expect(seen).toMatchObject(expected);
        return seen;
      },
      { timeoutMs: 10_000, what: `the reservation to be ${JSON.stringify(expected)}` },
    );
  }

  /** The bank answers only after the hold has expired. */
  async function payTooLate(reservationId: string): Promise<() => Promise<unknown>> {
    const intent = await intentFor(reservationId);
    await knob(`payment_intents/${intent}/hold_processing`);
    await pay(intent);
    await system.advanceClock({ minutes: 31 });
    await becomes(reservationId, { status: 'expired' });
    return () => knob(`payment_intents/${intent}/settle`, { outcome: 'succeed' });
  }

  async function knob(path: string, body?: object): Promise<void> {
    const response = await fetch(`${system.sandbox.url}/sandbox/${path}`, {
      method: 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
  }

  const captured = async (): Promise<number> =>
    (await system.stripe.charges.list({ limit: 100 })).data.reduce(
      (sum, charge) => sum + (charge.paid ? charge.amount - charge.amount_refunded : 0),
      0,
    );

  it('confirms it when the webhook comes, with a ticket for the seats', async () => {
    const { id } = await held(['A1', 'A2']);
    const payment = await system.startPayment(anna, id);
    expect(payment.status).toBe(201);
    expect(payment.body).toMatchObject({
      reservationId: id,
      amount: { amount: 2_500, currency: 'EUR' },
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      publishableKey: system.env['STRIPE_PUBLISHABLE_KEY'],
      refunds: [],
    });
    await pay(payment.body.clientSecret.split('_secret_')[0]);
    await becomes(id, { status: 'confirmed', late: false, refund: null, endedAt: null });
    const { rows } = await system.expectOk('GET', `/showtimes/${scene.showtimeId}/seats`);
    expect(rows[0].seats.slice(0, 3).map((seat: Json) => seat.status)).toEqual(['sold', 'sold', 'available']);
  });

  it('gives the same open payment however often it is asked', async () => {
    const { id } = await held(['A1']);
    const first = await system.startPayment(anna, id);
    const again = await system.startPayment(anna, id);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.clientSecret).toBe(first.body.clientSecret);
  });

  it('takes the next card after a declined one', async () => {
    const { id } = await held(['A1']);
    const intent = await intentFor(id);
    await expect(pay(intent, 'pm_card_visa_chargeDeclined')).rejects.toMatchObject({ code: 'card_declined' });
    await pay(intent);
    await becomes(id, { status: 'confirmed' });
  });

  it('gives the money back when the customer cancels in time', async () => {
    const { id } = await held(['A1']);
    await pay(await intentFor(id));
    await becomes(id, { status: 'confirmed' });
    const quote = await system.expectOk('GET', `/reservations/${id}/cancellation`, { token: anna.token });
    expect(quote).toMatchObject({ cancellable: true, refund: { amount: 1_250 }, kept: { amount: 0 } });
    const before = await captured();
    await system.expectOk('DELETE', `/reservations/${id}`, { token: anna.token });
    await becomes(id, {
      status: 'cancelled',
      refund: { amount: { amount: 1_250, currency: 'EUR' }, status: 'succeeded', reason: 'reservation-cancelled' },
    });
    expect(before - (await captured())).toBe(1_250);
    expect((await system.hold(ben, scene.showtimeId, ['A1'])).status).toBe(201);
  });

  it('keeps the money when the customer cancels less than two hours before the start', async () => {
    scene = await system.createShowtime({ startsInMinutes: 110 });
    const { id } = await held(['A1']);
    await pay(await intentFor(id));
    await becomes(id, { status: 'confirmed' });
    await system.expectOk('DELETE', `/reservations/${id}`, { token: anna.token });
    const before = await captured();
    await becomes(id, { status: 'cancelled', refund: null });
    expect(await captured()).toBe(before);
  });

  it('seats late money when its seats are still free', async () => {
    const { id } = await held(['A1', 'A2']);
    const settle = await payTooLate(id);
    await settle();
    await becomes(id, { status: 'confirmed', late: true, endedAt: null, refund: null });
    expect((await system.hold(ben, scene.showtimeId, ['A2'])).status).toBe(409);
  });

  it('gives late money back in full when one of its seats is gone, and takes none of the others', async () => {
    const { id } = await held(['A1', 'A2']);
    const settle = await payTooLate(id);
    await held(['A2'], ben);
    await settle();
    await becomes(id, {
      status: 'expired',
      refund: { amount: { amount: 2_500, currency: 'EUR' }, status: 'succeeded', reason: 'payment-came-too-late' },
    });
    expect((await system.hold(ben, scene.showtimeId, ['A1'])).status).toBe(201);
  });

  it('gives late money back in full once the show has begun', async () => {
    scene = await system.createShowtime({ startsInMinutes: 25 });
    const { id } = await held(['A1']);
    const settle = await payTooLate(id);
    await settle();
    await becomes(id, { status: 'expired', refund: { status: 'succeeded', amount: { amount: 1_250 } } });
  });

  it('ends the chance to pay with the hold', async () => {
    const { id } = await held(['A1']);
    const intent = await intentFor(id);
    await system.advanceClock({ minutes: 31 });
    await becomes(id, { status: 'expired' });
    await until(async () => (await system.stripe.paymentIntents.retrieve(intent)).status === 'canceled', {
      timeoutMs: 10_000,
      what: 'the intent to be cancelled',
    });
    await expect(pay(intent)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('asks nothing for a free showing', async () => {
    scene = await system.createShowtime({ price: 0 });
    const { id } = await held(['A1']);
    const { body } = await system.startPayment(anna, id);
    expect(body).toMatchObject({ status: 'succeeded', clientSecret: null, amount: { amount: 0 } });
    await becomes(id, { status: 'confirmed', total: { amount: 0, currency: 'EUR' } });
  });

  it('completes the reservation an hour after the show', async () => {
    const { id } = await held(['A1']);
    await pay(await intentFor(id));
    await becomes(id, { status: 'confirmed' });
    await system.advanceClock({ minutes: 24 * 60 + 100 + 61 });
    await becomes(id, { status: 'completed', endReason: 'show-over' });
  });
});

describe('Money that arrived while nobody listened', () => {
  let system: InProcessSystem;
  let anna: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem({ env: { SETTLE_AFTER_MS: '10' } });
    anna = await system.registerCustomer();
  });
  afterAll(() => system.close());

  async function paidWithoutWorker(): Promise<string> {
    const scene = await system.createShowtime();
    const { body } = await system.hold(anna, scene.showtimeId, ['A1']);
    const { body: payment } = await system.startPayment(anna, body.id);
    await system.stopWorker();
    await system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' });
    await until(
      async () =>
        (await system.sql(`SELECT 1 FROM messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND published_at IS NULL`)).length >
        0,
      {
        timeoutMs: 10_000,
        what: 'the webhook to be stored',
      },
    );
    return body.id;
  }

  const confirmations = async (id: string): Promise<number> =>
    (await system.sql(`SELECT 1 FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-confirmed.v1'`, [id])).length;

  it('confirms a hold past its time instead of expiring it', async () => {
    const id = await paidWithoutWorker();
    await system.advanceClock({ minutes: 31 });
    await system.startWorker();
    await until(async () => (await system.reservation(anna, id)).status !== 'held', { timeoutMs: 10_000, what: 'the hold to be decided' });
    expect(await system.reservation(anna, id)).toMatchObject({ status: 'confirmed', late: false });
    await until(async () => (await system.sql(`SELECT 1 FROM messaging.outbox WHERE published_at IS NULL`)).length === 0, {
      timeoutMs: 10_000,
      what: 'the outbox to empty',
    });
    expect(await confirmations(id)).toBe(1);
  });

  it('is settled even when its message is lost', async () => {
    const id = await paidWithoutWorker();
    await system.sql(`UPDATE messaging.outbox SET published_at = now() WHERE published_at IS NULL`);
    await system.startWorker();
    await until(async () => (await system.reservation(anna, id)).status === 'confirmed', {
      timeoutMs: 10_000,
      what: 'the money to be settled',
    });
    expect(await confirmations(id)).toBe(1);
  });
});
