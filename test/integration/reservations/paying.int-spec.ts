import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { amountKeptAtStripe, pay, paymentIntentOf, postToSandbox } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('Paying for a reservation', () => {
  let system: InProcessSystem;
  let customer: Customer;
  let other: Customer;
  let showtime: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [customer, other] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());
  beforeEach(async () => (showtime = await system.createShowtime()));

  async function hold(seats: string[], by = customer): Promise<Json> {
    const { status, body } = await system.hold(by, showtime.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  const confirm = (intent: string, card = 'pm_card_visa'): Promise<unknown> =>
    system.stripe.paymentIntents.confirm(intent, { payment_method: card });

  function reservationIs(id: string, expected: object): Promise<Json> {
    return until(
      async () => {
        const reservation = await system.reservation(customer, id);
        expect(reservation).toMatchObject(expected);
        return reservation;
      },
      { what: `the reservation to be ${JSON.stringify(expected)}` },
    );
  }

  /** A payment that is still processing when the hold expires. Returns what makes it succeed. */
  async function payLate(reservationId: string): Promise<() => Promise<unknown>> {
    const intent = await paymentIntentOf(system, customer, reservationId);
    await postToSandbox(system, `payment_intents/${intent}/hold_processing`);
    await confirm(intent);
    await system.advanceClock({ minutes: 31 });
    await reservationIs(reservationId, { status: 'expired' });
    return () => postToSandbox(system, `payment_intents/${intent}/settle`, { outcome: 'succeed' });
  }

  it('a payment confirms its reservation and sells the seats', async () => {
    const { id } = await hold(['A1', 'A2']);
    const payment = await system.startPayment(customer, id);
    expect(payment.status).toBe(201);
    expect(payment.body).toMatchObject({
      reservationId: id,
      amount: { amount: 2_500, currency: 'EUR' },
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      publishableKey: system.env['STRIPE_PUBLISHABLE_KEY'],
      refunds: [],
    });
    await confirm(payment.body.clientSecret.split('_secret_')[0]);
    await reservationIs(id, { status: 'confirmed', late: false, refund: null, endedAt: null });
    const { rows } = await system.expectOk('GET', `/showtimes/${showtime.showtimeId}/seats`);
    expect(rows[0].seats.slice(0, 3).map((seat: Json) => seat.status)).toEqual(['sold', 'sold', 'available']);
  });

  it('a payment that is started twice is the same open payment', async () => {
    const { id } = await hold(['A1']);
    const first = await system.startPayment(customer, id);
    const again = await system.startPayment(customer, id);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.clientSecret).toBe(first.body.clientSecret);
  });

  it('a payment whose card was declined takes another card', async () => {
    const { id } = await hold(['A1']);
    const intent = await paymentIntentOf(system, customer, id);
    await expect(confirm(intent, 'pm_card_visa_chargeDeclined')).rejects.toMatchObject({ code: 'card_declined' });
    await confirm(intent);
    await reservationIs(id, { status: 'confirmed' });
  });

  it('a reservation cancelled in time is refunded in full', async () => {
    const { id } = await hold(['A1']);
    await pay(system, customer, id);
    await reservationIs(id, { status: 'confirmed' });
    const quote = await system.expectOk('GET', `/reservations/${id}/cancellation`, { token: customer.token });
    expect(quote).toMatchObject({ cancellable: true, refund: { amount: 1_250 }, kept: { amount: 0 } });
    const before = await amountKeptAtStripe(system);
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    await reservationIs(id, {
      status: 'cancelled',
      refund: { amount: { amount: 1_250, currency: 'EUR' }, status: 'succeeded', reason: 'reservation-cancelled' },
    });
    expect(before - (await amountKeptAtStripe(system))).toBe(1_250);
    expect((await system.hold(other, showtime.showtimeId, ['A1'])).status).toBe(201);
  });

  it('after a part was refunded at Stripe, the quote is what is left', async () => {
    const { id } = await hold(['A1']);
    const before = await amountKeptAtStripe(system);
    const intent = await pay(system, customer, id);
    await reservationIs(id, { status: 'confirmed' });
    const quote = () => system.expectOk('GET', `/reservations/${id}/cancellation`, { token: customer.token });
    await system.stripe.refunds.create({ payment_intent: intent, amount: 400 });
    await until(async () => ((await quote()).refund.amount as number) !== 1_250, { what: 'the refund to be known' });
    expect(await quote()).toMatchObject({ cancellable: true, refund: { amount: 850, currency: 'EUR' }, kept: { amount: 0 } });
    const cancelled = await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    expect(cancelled.refund.amount).toEqual({ amount: 850, currency: 'EUR' });
    await until(async () => (await amountKeptAtStripe(system)) === before, { what: 'the rest to be refunded' });
  });

  it('a reservation cancelled less than two hours before the start is not refunded', async () => {
    showtime = await system.createShowtime({ startsInMinutes: 110 });
    const { id } = await hold(['A1']);
    await pay(system, customer, id);
    await reservationIs(id, { status: 'confirmed' });
    await system.expectOk('DELETE', `/reservations/${id}?keptAtMost=1250`, { token: customer.token });
    const before = await amountKeptAtStripe(system);
    // Nothing is on its way: a client that waits for the end of the refund has it.
    await reservationIs(id, {
      status: 'cancelled',
      refund: { amount: { amount: 0, currency: 'EUR' }, status: 'succeeded', reason: 'reservation-cancelled' },
    });
    expect(await amountKeptAtStripe(system)).toBe(before);
  });

  it('a late payment revives its reservation while the seats are free', async () => {
    const { id } = await hold(['A1', 'A2']);
    const succeed = await payLate(id);
    await succeed();
    await reservationIs(id, { status: 'confirmed', late: true, endedAt: null, refund: null });
    expect((await system.hold(other, showtime.showtimeId, ['A2'])).status).toBe(409);
  });

  it('a late payment is refunded where a seat is taken, and takes no other', async () => {
    const { id } = await hold(['A1', 'A2']);
    const succeed = await payLate(id);
    await hold(['A2'], other);
    await succeed();
    await reservationIs(id, {
      status: 'expired',
      refund: { amount: { amount: 2_500, currency: 'EUR' }, status: 'succeeded', reason: 'payment-came-too-late' },
    });
    expect((await system.hold(other, showtime.showtimeId, ['A1'])).status).toBe(201);
  });

  it('a late payment is refunded in full once the showtime has started', async () => {
    showtime = await system.createShowtime({ startsInMinutes: 25 });
    const { id } = await hold(['A1']);
    const succeed = await payLate(id);
    await succeed();
    await reservationIs(id, { status: 'expired', refund: { status: 'succeeded', amount: { amount: 1_250 } } });
  });

  it('a payment intent is cancelled when its hold expires', async () => {
    const { id } = await hold(['A1']);
    const intent = await paymentIntentOf(system, customer, id);
    await system.advanceClock({ minutes: 31 });
    await reservationIs(id, { status: 'expired' });
    await until(async () => (await system.stripe.paymentIntents.retrieve(intent)).status === 'canceled', {
      what: 'the payment intent to be cancelled',
    });
    await expect(confirm(intent)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('a free reservation is confirmed without a card', async () => {
    showtime = await system.createShowtime({ price: 0 });
    const { id } = await hold(['A1']);
    const { body } = await system.startPayment(customer, id);
    expect(body).toMatchObject({ status: 'succeeded', clientSecret: null, amount: { amount: 0 } });
    await reservationIs(id, { status: 'confirmed', total: { amount: 0, currency: 'EUR' } });
  });

  it('a confirmed reservation is completed an hour after its showtime', async () => {
    const { id } = await hold(['A1']);
    await pay(system, customer, id);
    await reservationIs(id, { status: 'confirmed' });
    await system.advanceClock({ minutes: 24 * 60 + 100 + 61 });
    await reservationIs(id, { status: 'completed', endReason: 'show-over' });
  });
});

describe('A payment that succeeds while no worker runs', () => {
  let system: InProcessSystem;
  let customer: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem({ env: { SETTLE_AFTER_MS: '10' } });
    customer = await system.registerCustomer();
  });
  afterAll(() => system.close());

  /** Returns the id of the reservation. */
  async function payWithoutWorker(): Promise<string> {
    const { showtimeId } = await system.createShowtime();
    const { body } = await system.hold(customer, showtimeId, ['A1']);
    const { body: payment } = await system.startPayment(customer, body.id);
    await system.stopWorker();
    await system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' });
    const unpublished = `SELECT 1 FROM messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND published_at IS NULL`;
    await until(async () => (await system.sql(unpublished)).length > 0, { what: 'the Stripe event to be applied' });
    return body.id;
  }

  const confirmations = async (id: string): Promise<number> =>
    (await system.sql(`SELECT 1 FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-confirmed.v1'`, [id])).length;

  const statusOf = async (id: string): Promise<string> => (await system.reservation(customer, id)).status;

  it('a paid hold whose time has ended is confirmed instead of expired', async () => {
    const id = await payWithoutWorker();
    await system.advanceClock({ minutes: 31 });
    await system.startWorker();
    await until(async () => (await statusOf(id)) !== 'held', { what: 'the hold to end' });
    expect(await system.reservation(customer, id)).toMatchObject({ status: 'confirmed', late: false });
    await until(async () => (await system.sql(`SELECT 1 FROM messaging.outbox WHERE published_at IS NULL`)).length === 0, {
      what: 'the outbox to be published',
    });
    expect(await confirmations(id)).toBe(1);
  });

  it('a payment whose message is lost is settled', async () => {
    const id = await payWithoutWorker();
    await system.sql(`UPDATE messaging.outbox SET published_at = now() WHERE published_at IS NULL`);
    await system.startWorker();
    await until(async () => (await statusOf(id)) === 'confirmed', { what: 'the payment to be settled' });
    expect(await confirmations(id)).toBe(1);
  });
});
