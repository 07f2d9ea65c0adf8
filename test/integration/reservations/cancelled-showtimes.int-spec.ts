import { Seatings } from '../../../libs/reservations/src/domain/seatings.js';
import type { Customer, HttpResponse, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { amountKeptAtStripe, buyTicket, confirmIntent, paymentIntentOf, postToSandbox } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('A showtime that is cancelled or moved', () => {
  let system: InProcessSystem;
  let admin: string;
  let showtime: ShowtimeFixture;

  beforeEach(async () => {
    system = await startInProcessSystem();
    admin = await system.adminToken();
    showtime = await system.createShowtime();
  });
  afterEach(() => system.close());

  const cancelShowtime = (): Promise<HttpResponse> =>
    system.delete(`/showtimes/${showtime.showtimeId}?reason=${encodeURIComponent('The projector broke.')}`, { token: admin });

  /** Moves it by an hour. Returns its new start. */
  async function moveShowtime(): Promise<string> {
    const startsAt = new Date(Date.parse(showtime.startsAt) + 3_600_000).toISOString();
    const { status } = await system.patch(`/showtimes/${showtime.showtimeId}`, { startsAt }, { token: admin });
    expect(status).toBe(200);
    return startsAt;
  }

  const progress = async (id = showtime.showtimeId): Promise<Json> =>
    (await system.get(`/admin/showtimes/${id}/cancellation`, { token: admin })).body;

  function runFinished(id = showtime.showtimeId): Promise<Json> {
    return until(
      async () => {
        const run = await progress(id);
        return run.status === 'finished' ? run : undefined;
      },
      { what: 'the cancellation run to finish' },
    );
  }

  async function hold(customer: Customer, seats: string[]): Promise<Json> {
    const { status, body } = await system.hold(customer, showtime.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  function reservationIs(customer: Customer, id: string, expected: object): Promise<unknown> {
    return until(
      async () => {
        expect(await system.reservation(customer, id)).toMatchObject(expected);
        return true;
      },
      { what: `the reservation to be ${JSON.stringify(expected)}` },
    );
  }

  const refund = (amount: number): object => ({ amount: { amount, currency: 'EUR' }, status: 'succeeded' });
  const amountKeptIs = (amount: number): Promise<unknown> =>
    until(async () => (await amountKeptAtStripe(system)) === amount, { what: `${amount} to be kept at Stripe` });

  /** Live reservations of the showtime and claims on its seats. */
  async function liveRows(): Promise<number> {
    const [row] = await system.sql<{ count: number }>(
      `SELECT (SELECT count(*) FROM reservations.reservations WHERE showtime_id = $1 AND status IN ('held', 'confirmed'))::int
            + (SELECT count(*) FROM reservations.seat_claims WHERE showtime_id = $1)::int AS count`,
      [showtime.showtimeId],
    );
    return row!.count;
  }

  /** A hold that has read the seating, and starts its transaction when `proceed` is called. */
  async function pausedHold(customer: Customer, seats: string[]): Promise<{ response: Promise<HttpResponse>; proceed: () => void }> {
    const seatings = system.api.get(Seatings, { strict: false });
    const read = seatings.withNames.bind(seatings);
    let proceed: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (proceed = resolve));
    const hasRead = new Promise<void>((resolve) => {
      seatings.withNames = async (showtimeId) => {
        seatings.withNames = read;
        const seating = await read(showtimeId);
        resolve();
        await paused;
        return seating;
      };
    });
    const response = system.hold(customer, showtime.showtimeId, seats);
    await hasRead;
    return { response, proceed };
  }

  it('a cancelled showtime ends holds and intents, and refunds every payment', async () => {
    const [buyer, holder, starter, payer] = (await system.registerCustomers(4)) as [Customer, Customer, Customer, Customer];
    const bought = await buyTicket(system, buyer, showtime.showtimeId, ['A1', 'A2']);
    const held = await hold(holder, ['B1']);
    const started = await hold(starter, ['C1']);
    const openIntent = await paymentIntentOf(system, starter, started.id);
    const paying = await hold(payer, ['D1', 'D2', 'D3']);
    const processingIntent = await paymentIntentOf(system, payer, paying.id);
    await postToSandbox(system, `payment_intents/${processingIntent}/hold_processing`);
    await confirmIntent(system, processingIntent);

    const { status, body } = await cancelShowtime();
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(await runFinished()).toEqual({
      showtimeId: showtime.showtimeId,
      status: 'finished',
      whole: true,
      reason: 'The projector broke.',
      total: 4,
      remaining: 0,
      startedAt: expect.any(String) as string,
      finishedAt: expect.any(String) as string,
    });
    const ended = { status: 'cancelled', endReason: 'cancelled-by-cinema' };
    await reservationIs(buyer, bought.id, { ...ended, refund: refund(2_500) });
    await reservationIs(holder, held.id, { ...ended, refund: null });
    await reservationIs(starter, started.id, { ...ended, refund: null });
    await until(async () => (await system.stripe.paymentIntents.retrieve(openIntent)).status === 'canceled', {
      what: 'the payment intent to be cancelled',
    });
    expect(await liveRows()).toBe(0);

    // This payment succeeds after the cancellation.
    await postToSandbox(system, `payment_intents/${processingIntent}/settle`, { outcome: 'succeed' });
    await reservationIs(payer, paying.id, { ...ended, refund: { ...refund(3_750), reason: 'payment-came-too-late' } });
    await amountKeptIs(0);
    expect((await system.hold(holder, showtime.showtimeId, ['B2'])).body.code).toBe('reservations.showtime-cancelled');
  });

  it('a showtime cancelled five times at the same time has one run', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buyTicket(system, customer, showtime.showtimeId, ['A1']);
    const responses = await Promise.all(Array.from({ length: 5 }, () => cancelShowtime()));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await cancelShowtime()).status).toBe(200);
    await runFinished();
    await reservationIs(customer, id, { status: 'cancelled', refund: refund(1_250) });
    await amountKeptIs(0);
    expect(await system.sql('SELECT 1 FROM reservations.cancellation_runs')).toHaveLength(1);
    expect(await system.sql('SELECT 1 FROM payments.refunds')).toHaveLength(1);
  });

  it('a late payment for a cancelled showtime is refunded', async () => {
    const customer = await system.registerCustomer();
    const { id } = await hold(customer, ['A1']);
    const intent = await paymentIntentOf(system, customer, id);
    await postToSandbox(system, `payment_intents/${intent}/hold_processing`);
    await confirmIntent(system, intent);
    await system.advanceClock({ minutes: 31 });
    await reservationIs(customer, id, { status: 'expired' });
    await cancelShowtime();
    expect(await runFinished()).toMatchObject({ total: 0 });
    // The seat is free and the showtime ahead: only its sales status prevents a revival.
    await postToSandbox(system, `payment_intents/${intent}/settle`, { outcome: 'succeed' });
    await reservationIs(customer, id, { status: 'expired', refund: { ...refund(1_250), reason: 'payment-came-too-late' } });
    await amountKeptIs(0);
    expect(await liveRows()).toBe(0);
  });

  it('a cancellation run is continued by another worker when one stops', async () => {
    const customers = await system.registerCustomers(5);
    const buy = (customer: Customer, i: number) => buyTicket(system, customer, showtime.showtimeId, [`A${i + 1}`]);
    const bought = await Promise.all(customers.map(buy));
    const ids = bought.map(({ id }: Json) => id as string).sort();
    // The third reservation is locked: the run goes on with the others, and does not finish.
    const blocker = await system.database.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM reservations.reservations WHERE id = $1 FOR UPDATE', [ids[2]]);
    await cancelShowtime();
    await until(async () => (await progress()).remaining === 1, { what: 'the others to be ended' });
    await system.stopWorker();
    await blocker.query('ROLLBACK');
    blocker.release();
    expect(await progress()).toMatchObject({ status: 'running', total: 5, remaining: 1, finishedAt: null });

    await system.startWorker();
    expect(await runFinished()).toMatchObject({ total: 5, remaining: 0 });
    await amountKeptIs(0);
    const cancelled = await system.sql<{ subject: string }>(
      `SELECT subject FROM messaging.outbox WHERE type = 'reservations.reservation-cancelled.v1' ORDER BY subject`,
    );
    expect(cancelled.map(({ subject }) => subject)).toEqual(ids);
    // The lock is waited for until its time-out, also while the worker stops.
  }, 60_000);

  it('none of eighty holds made while the showtime is cancelled stays live', async () => {
    const customers = await system.registerCustomers(40);
    const holdSeat = (customer: Customer, seat: number): Promise<HttpResponse> =>
      system.hold(customer, showtime.showtimeId, [`${'ABCDEFGH'[seat % 8]}${Math.floor(seat / 8) + 1}`]);
    const first = customers.map((customer, i) => holdSeat(customer, i));
    await Promise.race(first);
    const cancelled = cancelShowtime();
    const second = first.map(async (before, i) => before.then(() => holdSeat(customers[i]!, 40 + i)));
    const responses = await Promise.all([...first, ...second]);
    expect((await cancelled).status).toBe(200);
    expect(responses.filter(({ status }) => ![201, 409, 422].includes(status)).map(({ body }) => body)).toEqual([]);
    const { total } = await runFinished();
    expect(total).toBeLessThanOrEqual(responses.filter(({ status }) => status === 201).length);
    expect(await liveRows()).toBe(0);
    const states = await system.sql<{ status: string }>('SELECT DISTINCT status FROM reservations.reservations');
    expect(states.length === 0 || (states.length === 1 && states[0]!.status === 'cancelled')).toBe(true);
  });

  it('a hold that read its seating before the cancellation is refused', async () => {
    const customer = await system.registerCustomer();
    const { response, proceed } = await pausedHold(customer, ['A1']);
    await cancelShowtime();
    await runFinished();
    proceed();
    expect((await response).body.code).toBe('reservations.showtime-cancelled');
    expect(await liveRows()).toBe(0);
  });

  it('without the sales status, a hold that read its seating before is made', async () => {
    const customer = await system.registerCustomer();
    const { response, proceed } = await pausedHold(customer, ['A1']);
    await cancelShowtime();
    await runFinished();
    await system.sql('DELETE FROM reservations.sales_statuses');
    proceed();
    expect((await response).status).toBe(201);
    expect(await liveRows()).toBeGreaterThan(0);
  });

  it('a moved showtime ends a hold on old terms, and keeps one on new terms', async () => {
    const [early, late] = (await system.registerCustomers(2)) as [Customer, Customer];
    const { response, proceed } = await pausedHold(early, ['A1']);
    await system.stopWorker();
    const startsAt = await moveShowtime();
    proceed();
    const onOldTerms = await response;
    expect(onOldTerms.status).toBe(201);
    expect(await system.startPayment(early, onOldTerms.body.id)).toMatchObject({ status: 409, body: { code: 'payments.showtime-moved' } });
    const onNewTerms = await hold(late, ['B1']);

    await system.startWorker();
    expect(await runFinished()).toMatchObject({ whole: false, reason: 'The showtime was moved.', total: 1, remaining: 0 });
    await reservationIs(early, onOldTerms.body.id, { status: 'cancelled', endReason: 'cancelled-by-cinema', refund: null });
    await amountKeptIs(0);
    expect(await system.reservation(late, onNewTerms.id)).toMatchObject({ status: 'held', showtime: { startsAt } });
  });

  it('a hold that read the terms before the move gets the new ones', async () => {
    const customer = await system.registerCustomer();
    const { response, proceed } = await pausedHold(customer, ['A1']);
    const startsAt = await moveShowtime();
    await runFinished();
    proceed();
    const { status, body } = await response;
    expect([status, body.showtime?.startsAt]).toEqual([201, startsAt]);
    expect((await system.reservation(customer, body.id)).status).toBe('held');
  });

  it('a retired movie cancels all its showtimes and refunds their payments', async () => {
    const [first, second] = (await system.registerCustomers(2)) as [Customer, Customer];
    const sibling = await system.expectOk('POST', '/showtimes', {
      token: admin,
      body: {
        movieId: showtime.movieId,
        roomId: showtime.roomId,
        startsAt: new Date(Date.parse(showtime.startsAt) + 24 * 3_600_000).toISOString(),
        prices: { standard: 900 },
      },
    });
    const ofAnotherMovie = await system.createShowtime();
    const one = await buyTicket(system, first, showtime.showtimeId, ['A1']);
    const two = await buyTicket(system, second, sibling.id, ['A1', 'A2']);
    const unaffected = await buyTicket(system, second, ofAnotherMovie.showtimeId, ['A1']);

    const refused = await system.delete(`/movies/${showtime.movieId}`, { token: admin });
    expect(refused.status).toBe(409);
    await system.expectOk('DELETE', `/movies/${showtime.movieId}?cancelShowtimes=true`, { token: admin });
    expect(await runFinished()).toMatchObject({ whole: true, total: 1 });
    expect(await runFinished(sibling.id)).toMatchObject({ whole: true, total: 1 });
    await reservationIs(first, one.id, { status: 'cancelled', refund: refund(1_250) });
    await reservationIs(second, two.id, { status: 'cancelled', refund: refund(1_800) });
    await amountKeptIs(1_250);
    expect(await system.reservation(second, unaffected.id)).toMatchObject({ status: 'confirmed', refund: null });
  });
});
