import type { Customer, Json } from '../../support/http-client.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';
import { ShowtimesClient } from './showtimes-client.js';
const CLOCK = '//sandbox/clock';

describe('Dry runs', () => {
  let client: ShowtimesClient;
  let movie: Json;
  let room: Json;

  beforeAll(async () => {
    client = await ShowtimesClient.start({ worker: true });
  }, 60_000);
  afterAll(() => client?.close());
  beforeEach(async () => {
    await client.system.expectOk('DELETE', CLOCK);
    [movie, room] = [await client.addMovie(), await client.openRoom()];
  });

  const send = async (method: string, path: string, body?: Json): Promise<Json> =>
    client.system.expectOk(method, path, { token: client.token, ...(body === undefined ? {} : { body }) });
  const customer = (): Promise<Customer> => client.system.registerCustomer();
  const hold = async (of: Customer, showtime: Json, seats: string[]): Promise<Json> => {
    const { status, body } = await client.system.hold(of, showtime.id, seats);
    expect(status).toBe(201);
    return body;
  };
  const statusIs = (of: Customer, id: string, status: string): Promise<unknown> =>
    until(async () => (await client.system.reservation(of, id)).status === status, { what: `the reservation to be ${status}` });

  /** Rows that only an act of a user adds. */
  async function rows(): Promise<Json> {
    const [row] = await client.system.sql<Json>(
      `SELECT (SELECT count(*) FROM messaging.outbox) AS outbox, (SELECT count(*) FROM platform.audit_trail) AS audit,
         (SELECT count(*) FROM platform.idempotency_keys) AS keys, (SELECT count(*) FROM payments.refunds) AS refunds,
         (SELECT sum(version) FROM showtimes.showtimes) AS showtimes, (SELECT sum(version) FROM movies.movies) AS movies,
         (SELECT sum(version) FROM reservations.reservations) AS reservations`,
    );
    return row;
  }

  /** Waits until no event, refund or cancellation run is under way. */
  const settled = (): Promise<unknown> =>
    until(
      async () => {
        const [left] = await client.system.sql<{ count: number }>(
          `SELECT (SELECT count(*) FROM messaging.outbox WHERE published_at IS NULL)::int
                + (SELECT count(*) FROM payments.refunds WHERE status IN ('requested', 'submitted'))::int
                + (SELECT count(*) FROM reservations.cancellation_runs WHERE finished_at IS NULL)::int AS count`,
        );
        return left!.count === 0;
      },
      { what: 'everything to be published, and every refund to end' },
    );

  async function lastPosition(): Promise<string> {
    const [row] = await client.system.sql<{ position: string }>('SELECT coalesce(max(position), 0) AS position FROM messaging.outbox');
    return row!.position;
  }

  /** Runs dry, sees that nothing was done, runs for real, and waits until events and refunds are exactly those that were announced. */
  async function dryThenReal(method: string, path: string, body?: Json): Promise<Json> {
    await settled();
    const before = await rows();
    const announced = await send(method, `${path}${path.includes('?') ? '&' : '?'}dryRun=true`, body);
    expect(await rows()).toEqual(before);
    expect(announced).toMatchObject({ dryRun: true, possible: true, refusal: null, overlaps: [] });
    const position = await lastPosition();
    await send(method, path, body);
    const types = ['refund-submitted', 'payment-refunded'].map((name) => `payments.${name}.v1`);
    const done = (): Promise<{ type: string; count: number }[]> =>
      client.system.sql(
        `SELECT type, count(*)::int AS count FROM messaging.outbox WHERE position > $1 AND type <> ALL ($2) GROUP BY type ORDER BY type`,
        [position, types],
      );
    const expected = [...announced.events].sort((a: Json, b: Json) => (a.type < b.type ? -1 : 1));
    const isDone = async (): Promise<true> => {
      expect(await done()).toEqual(expected);
      return true;
    };
    await until(isDone, { what: 'the announced events' });
    await settled();
    expect(await done()).toEqual(expected);
    const refunds = await client.system.sql(
      `SELECT sum((data->'amount'->>'amount')::int)::int AS amount, data->'amount'->>'currency' AS currency FROM messaging.outbox
       WHERE position > $1 AND type = 'payments.refund-requested.v1' GROUP BY 2`,
      [position],
    );
    expect(refunds).toEqual(announced.refunds);
    return announced;
  }

  it('cancelling a showtime does to the cent what its dry run says', async () => {
    const showtime = await client.createShowtime({ movie, room: await client.openRoom({ seatPlan: { rows: 4, seatsPerRow: 6 } }) });
    const [visitor, keeper, expired, holder, buyer] = await client.system.registerCustomers(5);
    const completed = await buyTicket(client.system, visitor!, showtime.id, ['A1']);
    await client.system.advanceClock({ minutes: 27 * 60 });
    await statusIs(visitor!, completed.id, 'completed');
    await client.system.expectOk('DELETE', CLOCK);

    const bought = await buyTicket(client.system, buyer!, showtime.id, ['D1', 'D2', 'D3']);
    // What they gave up goes back before the dry run, and is not announced again.
    await client.system.expectOk('PUT', `/reservations/${bought.id}/seats`, { token: buyer!.token, body: { seats: ['D1', 'D2'] } });
    const givenBack = async () => (await client.system.reservation(buyer!, bought.id)).refund?.status === 'succeeded';
    await until(givenBack, { what: 'the difference to be refunded' });
    const kept = await buyTicket(client.system, keeper!, showtime.id, ['A2', 'A3']);
    // Within two hours of the start nothing is refunded to a customer who cancels.
    await client.system.advanceClock({ minutes: 22.5 * 60 });
    await client.system.expectOk('DELETE', `/reservations/${kept.id}?keptAtMost=${kept.total.amount}`, { token: keeper!.token });
    const late = await hold(expired!, showtime, ['B1']);
    await client.system.advanceClock({ minutes: 31 });
    await statusIs(expired!, late.id, 'expired');
    await hold(holder!, showtime, ['C1', 'C2']);
    const { data } = await client.system.expectOk('GET', `/admin/payments?reservationId=${bought.id}`, { token: client.token });
    await send('POST', `/admin/payments/${data[0].id}/refunds`, { amount: 100, reason: 'The popcorn was cold.' });

    const announced = await dryThenReal('DELETE', `/showtimes/${showtime.id}`);
    expect(announced).toMatchObject({
      showtimes: 1,
      reservations: { count: 4, byStatus: { held: 1, confirmed: 1, completed: 1, cancelled: 1 } },
      seats: 5,
      refunds: [{ amount: 1_200 + 2_400 + 2_400 - 100, currency: 'EUR' }],
    });
  }, 60_000);

  it('retiring a movie with its showtimes does what its dry run says', async () => {
    const path = `/movies/${movie.id}?cancelShowtimes=true`;
    const startsAt = await client.minutesAhead(48 * 60);
    const [first, second] = [await client.createShowtime({ movie, room }), await client.createShowtime({ movie, room, startsAt })];
    await buyTicket(client.system, await customer(), first.id, ['A1']);
    await buyTicket(client.system, await customer(), second.id, ['B1']);
    const refused = await send('DELETE', `/movies/${movie.id}?dryRun=true`);
    expect(refused).toMatchObject({ possible: false, refusal: { code: 'movies.movie-has-showtimes' }, events: [], refunds: [] });
    const announced = await dryThenReal('DELETE', path);
    expect(announced).toMatchObject({ showtimes: 2, reservations: { count: 2 }, seats: 2, refunds: [{ amount: 2_700, currency: 'EUR' }] });
  }, 60_000);

  it('changing a runtime does what its dry run says', async () => {
    const startsAt = await client.minutesAhead(48 * 60);
    const first = await client.createShowtime({ movie, room });
    await client.createShowtime({ movie, room, startsAt });
    await hold(await customer(), first, ['A1', 'A2']);
    const announced = await dryThenReal('PATCH', `/movies/${movie.id}`, { runtimeMinutes: 130 });
    expect(announced).toMatchObject({ showtimes: 2, reservations: { count: 1, byStatus: { held: 1 } }, seats: 2, refunds: [] });
    const title = await dryThenReal('PATCH', `/movies/${movie.id}`, { title: 'Another title' });
    expect(title).toMatchObject({ showtimes: 0, reservations: { count: 0 } });
  }, 60_000);

  it('a runtime that overlaps is named by the dry run, and nothing is done', async () => {
    const first = await client.createShowtime({ movie, room });
    const next = await client.createShowtime({ room, startsAt: await client.minutesAhead(24 * 60 + 130) });
    const announced = await send('PATCH', `/movies/${movie.id}?dryRun=true`, { runtimeMinutes: 125 });
    expect(announced).toMatchObject({ possible: false, refusal: { code: 'movies.runtime-overlaps-showtimes' }, showtimes: 0, events: [] });
    expect(announced.overlaps).toMatchObject([{ id: first.id, next: { id: next.id } }]);
  });

  it('moving a showtime does what its dry run says', async () => {
    const showtime = await client.createShowtime({ movie, room });
    const startsAt = await client.minutesAhead(30 * 60);
    const announced = await dryThenReal('PATCH', `/showtimes/${showtime.id}`, { startsAt });
    expect(announced).toMatchObject({
      showtimes: 1,
      reservations: { count: 0 },
      events: [{ type: 'showtimes.showtime-changed.v1', count: 1 }],
    });
    const same = await send('PATCH', `/showtimes/${showtime.id}?dryRun=true`, { startsAt });
    expect(same).toMatchObject({ possible: true, showtimes: 0, events: [] });
  }, 60_000);

  it('a move that is refused is answered with the refusal and the overlap', async () => {
    const showtime = await client.createShowtime({ movie, room });
    const other = await client.createShowtime({ room, startsAt: await client.minutesAhead(48 * 60) });
    const path = `/showtimes/${showtime.id}?dryRun=true`;
    expect(await send('PATCH', path, { startsAt: other.startsAt })).toMatchObject({
      possible: false,
      refusal: { code: 'showtimes.overlap' },
      overlaps: [{ id: other.id, startsAt: other.startsAt }],
    });
    await hold(await customer(), showtime, ['A1']);
    const refused = await send('PATCH', path, { startsAt: await client.minutesAhead(72 * 60) });
    expect(refused).toMatchObject({ possible: false, refusal: { code: 'showtimes.seats-taken' }, overlaps: [] });
  });

  it('a dry run of an unknown showtime, of bad input and of a customer is refused', async () => {
    const unknown = '/showtimes/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11?dryRun=true';
    expect((await client.system.delete(unknown, { token: client.token })).status).toBe(404);
    expect((await client.system.delete(unknown.replace('true', 'maybe'), { token: client.token })).status).toBe(400);
    expect((await client.system.delete(unknown, { token: (await customer()).token })).status).toBe(403);
  });
});
