import { Seatings } from '../../../libs/reservations/src/domain/seatings.js';
import type { HttpResponse, Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { confirmIntent, paymentIntentOf, amountKeptAtStripe, postToSandbox, pay, buyTicket } from '../../support/payments.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const WAIT = { timeoutMs: 20_000 };

describe('A showtime that will not take place as it was sold', () => {
  let system: InProcessSystem;
  let admin: string;
  let scene: ShowtimeFixture;

  beforeEach(async () => {
    system = await startInProcessSystem();
    admin = await system.adminToken();
    scene = await system.createShowtime();
  });
  afterEach(() => system.close());

  const cancelShowtime = (id = scene.showtimeId): Promise<HttpResponse> =>
    system.delete(`/showtimes/${id}?reason=${encodeURIComponent('The projector broke.')}`, { token: admin });
  const progress = async (id = scene.showtimeId): Promise<Json> =>
    (await system.get(`/admin/showtimes/${id}/cancellation`, { token: admin })).body;

  function finished(id = scene.showtimeId): Promise<Json> {
    return until(
      async () => {
        const seen = await progress(id);
        return seen.status === 'finished' ? seen : undefined;
      },
      { ...WAIT, what: 'the run to finish' },
    );
  }

  async function held(customer: Customer, seats: string[]): Promise<Json> {
    const { status, body } = await system.hold(customer, scene.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  function becomes(customer: Customer, id: string, expected: object): Promise<unknown> {
    return until(
      async () => {
        expect(await system.reservation(customer, id)).toMatchObject(expected);
        return true;
      },
      { ...WAIT, what: `the reservation to be ${JSON.stringify(expected)}` },
    );
  }

  const refunded = (amount: number): object => ({ amount: { amount, currency: 'EUR' }, status: 'succeeded' });
  const nothingKept = (): Promise<unknown> =>
    until(async () => (await amountKeptAtStripe(system)) === 0, { ...WAIT, what: 'all the money to go back' });

  async function alive(showtimeId = scene.showtimeId): Promise<number> {
    const [row] = await system.sql<{ count: number }>(
      `SELECT (SELECT count(*) FROM reservations.reservations WHERE showtime_id = $1 AND status IN ('held', 'confirmed'))::int
            + (SELECT count(*) FROM reservations.seat_claims WHERE showtime_id = $1)::int AS count`,
      [showtimeId],
    );
    return row!.count;
  }

  /** A hold that has seen what the showtime offers and has not begun to take its seats. */
  async function holdOnItsWay(customer: Customer, seats: string[]): Promise<{ answer: Promise<HttpResponse>; goOn: () => void }> {
    const seatings = system.api.get(Seatings, { strict: false });
    const ask = seatings.of.bind(seatings);
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const seen = new Promise<void>((resolve) => {
      seatings.of = async (showtimeId) => {
        seatings.of = ask;
        const seating = await ask(showtimeId);
        resolve();
        await gate;
        return seating;
      };
    });
    const answer = system.hold(customer, scene.showtimeId, seats);
    await seen;
    return { answer, goOn };
  }

  it('gives everybody everything back when it is cancelled, and ends holds and intents', async () => {
    const [anna, ben, carla, dora] = (await system.registerCustomers(4)) as [Customer, Customer, Customer, Customer];
    const paid = await buyTicket(system, anna, scene.showtimeId, ['A1', 'A2']);
    const free = await held(ben, ['B1']);
    const ready = await held(carla, ['C1']);
    const readyIntent = await paymentIntentOf(system, carla, ready.id);
    const paying = await held(dora, ['D1', 'D2', 'D3']);
    const payingIntent = await paymentIntentOf(system, dora, paying.id);
    await postToSandbox(system, `payment_intents/${payingIntent}/hold_processing`);
    await confirmIntent(system, payingIntent);

    const { status, body } = await cancelShowtime();
    expect([status, body.status]).toEqual([200, 'cancelled']);
    const run = await finished();
    expect(run).toEqual({
      showtimeId: scene.showtimeId,
      status: 'finished',
      whole: true,
      reason: 'The projector broke.',
      total: 4,
      remaining: 0,
      startedAt: expect.any(String) as string,
      finishedAt: expect.any(String) as string,
    });
    const ended = { status: 'cancelled', endReason: 'cancelled-by-cinema' };
    await becomes(anna, paid.id, { ...ended, refund: refunded(2_500) });
    await becomes(ben, free.id, { ...ended, refund: null });
    await becomes(carla, ready.id, { ...ended, refund: null });
    await until(async () => (await system.stripe.paymentIntents.retrieve(readyIntent)).status === 'canceled', {
      ...WAIT,
      what: 'the intent to end',
    });
    expect(await alive()).toBe(0);

    // The bank was still thinking; its answer comes too late.
    await postToSandbox(system, `payment_intents/${payingIntent}/settle`, { outcome: 'succeed' });
    await becomes(dora, paying.id, { ...ended, refund: { ...refunded(3_750), reason: 'payment-came-too-late' } });
    await nothingKept();
    expect((await system.hold(ben, scene.showtimeId, ['B2'])).body.code).toBe('reservations.showtime-cancelled');
  });

  it('is harmless to cancel twice, or five times at the same moment', async () => {
    const anna = await system.registerCustomer();
    const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1']);
    const answers = await Promise.all(Array.from({ length: 5 }, () => cancelShowtime()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await cancelShowtime()).status).toBe(200);
    await finished();
    await becomes(anna, id, { status: 'cancelled', refund: refunded(1_250) });
    await nothingKept();
    expect(await system.sql('SELECT 1 FROM reservations.cancellation_runs')).toHaveLength(1);
    expect(await system.sql('SELECT 1 FROM payments.refunds')).toHaveLength(1);
  });

  it('keeps no late money: a seat that is free again is not for sale any more', async () => {
    const anna = await system.registerCustomer();
    const { id } = await held(anna, ['A1']);
    const intent = await paymentIntentOf(system, anna, id);
    await postToSandbox(system, `payment_intents/${intent}/hold_processing`);
    await confirmIntent(system, intent);
    await system.advanceClock({ minutes: 31 });
    await becomes(anna, id, { status: 'expired' });
    await cancelShowtime();
    expect(await finished()).toMatchObject({ total: 0 });
    // Its seat is free and the show ahead: only the closed sales stand in the way.
    await postToSandbox(system, `payment_intents/${intent}/settle`, { outcome: 'succeed' });
    await becomes(anna, id, { status: 'expired', refund: { ...refunded(1_250), reason: 'payment-came-too-late' } });
    await nothingKept();
    expect(await alive()).toBe(0);
  });

  it('is worked off to the end by another worker when the first one stops in the middle', async () => {
    const customers = await system.registerCustomers(5);
    const reservations = await Promise.all(customers.map((customer, i) => buyTicket(system, customer, scene.showtimeId, [`A${i + 1}`])));
    const ids = reservations.map(({ id }: Json) => id as string).sort();
    // The third one is in somebody's hands; the run cannot get past it.
    const gate = await system.database.connect();
    await gate.query('BEGIN');
    await gate.query('SELECT 1 FROM reservations.reservations WHERE id = $1 FOR UPDATE', [ids[2]]);
    await cancelShowtime();
    await until(async () => (await progress()).remaining === 3, { ...WAIT, what: 'the first two to be ended' });
    await system.stopWorker();
    await gate.query('ROLLBACK');
    gate.release();
    expect(await progress()).toMatchObject({ status: 'running', total: 5, remaining: 3, finishedAt: null });

    await system.startWorker();
    expect(await finished()).toMatchObject({ total: 5, remaining: 0 });
    await nothingKept();
    const cancelled = await system.sql<{ subject: string }>(
      `SELECT subject FROM messaging.outbox WHERE type = 'reservations.reservation-cancelled.v1' ORDER BY subject`,
    );
    expect(cancelled.map(({ subject }) => subject)).toEqual(ids);
  });

  it('lets none of eighty holds of forty customers slip by that come while it is being cancelled', async () => {
    const customers = await system.registerCustomers(40);
    const hold = (customer: Customer, seat: number): Promise<HttpResponse> =>
      system.hold(customer, scene.showtimeId, [`${'ABCDEFGH'[seat % 8]}${Math.floor(seat / 8) + 1}`]);
    const first = customers.map((customer, i) => hold(customer, i));
    await Promise.race(first);
    const cancelled = cancelShowtime();
    const second = first.map(async (before, i) => before.then(() => hold(customers[i]!, 40 + i)));
    const answers = await Promise.all([...first, ...second]);
    expect((await cancelled).status).toBe(200);
    expect(answers.filter(({ status }) => ![201, 409, 422].includes(status)).map(({ body }) => body)).toEqual([]);
    const { total } = await finished();
    expect(total).toBeLessThanOrEqual(answers.filter(({ status }) => status === 201).length);
    expect(await alive()).toBe(0);
    const states = await system.sql<{ status: string }>('SELECT DISTINCT status FROM reservations.reservations');
    expect(states.length === 0 || (states.length === 1 && states[0]!.status === 'cancelled')).toBe(true);
  });

  it('turns away a hold that saw it on sale and arrives when the run is over', async () => {
    const anna = await system.registerCustomer();
    const { answer, goOn } = await holdOnItsWay(anna, ['A1']);
    await cancelShowtime();
    await finished();
    goOn();
    expect((await answer).body.code).toBe('reservations.showtime-cancelled');
    expect(await alive()).toBe(0);
  });

  it('would be slipped by that hold if reservations did not remember that its sales are closed', async () => {
    const anna = await system.registerCustomer();
    const { answer, goOn } = await holdOnItsWay(anna, ['A1']);
    await cancelShowtime();
    await finished();
    await system.sql('DELETE FROM reservations.sales_statuses');
    goOn();
    expect((await answer).status).toBe(201);
    expect(await alive()).toBeGreaterThan(0);
  });

  it('gives the money back to a hold that sneaked in while it was being moved', async () => {
    const [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
    const { answer, goOn } = await holdOnItsWay(anna, ['A1']);
    await system.stopWorker();
    const later = new Date(Date.parse(scene.startsAt) + 3_600_000).toISOString();
    const moved = await system.patch(`/showtimes/${scene.showtimeId}`, { startsAt: later }, { token: admin });
    expect(moved.status).toBe(200);
    goOn();
    const sneaked = await answer;
    expect(sneaked.status).toBe(201);
    await pay(system, anna, sneaked.body.id);
    const fresh = await held(ben, ['B1']);

    await system.startWorker();
    expect(await finished()).toMatchObject({ whole: false, reason: 'The showtime was moved.', total: 1, remaining: 0 });
    await becomes(anna, sneaked.body.id, { status: 'cancelled', endReason: 'cancelled-by-cinema', refund: refunded(1_250) });
    await nothingKept();
    // Made on the new terms, it stays.
    expect(await system.reservation(ben, fresh.id)).toMatchObject({ status: 'held', showtime: { startsAt: later } });
  });

  it('turns away a hold on the old terms once the move is known, and sells on the new ones', async () => {
    const anna = await system.registerCustomer();
    const { answer, goOn } = await holdOnItsWay(anna, ['A1']);
    const later = new Date(Date.parse(scene.startsAt) + 3_600_000).toISOString();
    expect((await system.patch(`/showtimes/${scene.showtimeId}`, { startsAt: later }, { token: admin })).status).toBe(200);
    await finished();
    goOn();
    const { status, body } = await answer;
    // The seating is asked again, so that the customer gets the new terms at once.
    expect([status, body.showtime?.startsAt]).toEqual([201, later]);
    expect((await system.reservation(anna, body.id)).status).toBe('held');
  });

  it('ends with all the others of its film when the film is retired', async () => {
    const [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
    const second = await system.expectOk('POST', '/showtimes', {
      token: admin,
      body: {
        movieId: scene.movieId,
        roomId: scene.roomId,
        startsAt: new Date(Date.parse(scene.startsAt) + 24 * 3_600_000).toISOString(),
        prices: { standard: 900 },
      },
    });
    const other = await system.createShowtime();
    const first = await buyTicket(system, anna, scene.showtimeId, ['A1']);
    const next = await buyTicket(system, ben, second.id, ['A1', 'A2']);
    const untouched = await buyTicket(system, ben, other.showtimeId, ['A1']);

    const refused = await system.delete(`/movies/${scene.movieId}`, { token: admin });
    expect(refused.status).toBe(409);
    await system.expectOk('DELETE', `/movies/${scene.movieId}?cancelShowtimes=true`, { token: admin });
    expect(await finished()).toMatchObject({ whole: true, total: 1 });
    expect(await finished(second.id)).toMatchObject({ whole: true, total: 1 });
    await becomes(anna, first.id, { status: 'cancelled', refund: refunded(1_250) });
    await becomes(ben, next.id, { status: 'cancelled', refund: refunded(1_800) });
    await until(async () => (await amountKeptAtStripe(system)) === 1_250, { ...WAIT, what: 'all the money of the film to go back' });
    expect(await system.reservation(ben, untouched.id)).toMatchObject({ status: 'confirmed', refund: null });
  });
});
