import { MultiProcessSystem } from '../support/multi-process-system.js';
import type { HttpResponse, Customer, ShowtimeFixture } from '../support/http-client.js';
import { assertInvariants } from '../support/invariants.js';
import { until } from '../support/until.js';

const SETS = 1_000;
const ROOM = Array.from({ length: 40 }, (_, i) => `${'ABCDE'[Math.floor(i / 8)]}${(i % 8) + 1}`);

describe('Everybody at once, through two api processes', () => {
  let cluster: MultiProcessSystem;
  let scene: ShowtimeFixture;

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({ apis: 2, rabbit: false, env: { ACCESS_TOKEN_SECONDS: '3600' } });
    await cluster.startWorker();
  }, 120_000);
  afterAll(() => cluster?.close());
  beforeEach(async () => (scene = await cluster.api.createShowtime({ rows: 5, seatsPerRow: 8 })));

  /** PostgreSQL counts one a moment after it happened. */
  const deadlocks = async (): Promise<number> =>
    (await cluster.sql<{ n: number }>(`SELECT sum(deadlocks)::int AS n FROM pg_stat_database WHERE datname = current_database()`))[0]!.n;

  const byStatus = (answers: readonly HttpResponse[]): Record<number, number> =>
    answers.reduce<Record<number, number>>((counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }), {});

  function someSeats(): string[] {
    const left = [...ROOM];
    return Array.from({ length: 1 + Math.floor(Math.random() * 6) }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
  }

  it('a thousand overlapping sets: all their seats or none, and nobody waits in a circle', async () => {
    const customers = await cluster.customersWithTokens(SETS);
    const asked = customers.map(() => someSeats());
    const answers = await Promise.all(customers.map((customer, i) => cluster.apis[i % 2]!.hold(customer, scene.showtimeId, asked[i]!)));

    const won = answers.flatMap(({ status, body }, i) => (status === 201 ? [{ id: body.id as string, seats: asked[i]! }] : []));
    expect(Object.keys(byStatus(answers)).sort()).toEqual(['201', '409']);
    for (const [i, { status, body }] of answers.entries()) {
      if (status === 201) continue;
      expect(body.code).toBe('reservations.seats-taken');
      expect(body.conflictingSeats.length).toBeGreaterThan(0);
      expect(asked[i]).toEqual(expect.arrayContaining(body.conflictingSeats));
    }

    const claims = await cluster.sql<{ seat: string; id: string }>(
      `SELECT seat, reservation_id AS id FROM reservations.seat_claims WHERE showtime_id = $1 ORDER BY seat`,
      [scene.showtimeId],
    );
    const wanted = won.flatMap(({ id, seats }) => seats.map((seat) => ({ seat, id })));
    expect(claims).toEqual(wanted.sort((a, b) => (a.seat < b.seat ? -1 : 1)));
    // Whoever was refused was refused for a seat somebody has: nobody lost to somebody who lost too and left a free set behind.
    const taken = new Set(claims.map(({ seat }) => seat));
    for (const [i, { status }] of answers.entries()) {
      if (status !== 201) expect(asked[i]!.some((seat) => taken.has(seat))).toBe(true);
    }
    await assertInvariants(cluster);
    expect(await deadlocks()).toBe(0);
  }, 60_000);

  it('holds, changes of mind and sweeps in a small room: nobody waits in a circle, nothing is left behind', async () => {
    const customers = await cluster.customersWithTokens(200);
    const restless = async (customer: Customer, i: number): Promise<HttpResponse[]> => {
      const api = cluster.apis[i % 2]!;
      const first = await api.hold(customer, scene.showtimeId, someSeats());
      if (first.status !== 201) return [first];
      const given = await cluster.apis[(i + 1) % 2]!.delete(`/reservations/${first.body.id}`, { token: customer.token });
      return [first, given, await api.hold(customer, scene.showtimeId, someSeats())];
    };
    const answers = (await Promise.all(customers.map(restless))).flat();
    expect(answers.filter(({ status }) => ![200, 201, 409].includes(status)).map(({ body }) => body)).toEqual([]);
    await cluster.api.advanceClock({ minutes: 31 });
    await until(async () => (await cluster.count(`reservations.seat_claims WHERE showtime_id = $1`, [scene.showtimeId])) === 0, {
      timeoutMs: 15_000,
      what: 'every hold to be swept',
    });
    await assertInvariants(cluster);
    expect(await deadlocks()).toBe(0);
  }, 60_000);

  it('one customer through both: never more than three holds or ten seats', async () => {
    const [anna, ben] = (await cluster.customersWithTokens(2)) as [Customer, Customer];
    const singles = ROOM.slice(0, 20).map((seat) => [seat]);
    const fours = Array.from({ length: 10 }, (_, i) => ROOM.slice(i * 4, i * 4 + 4));
    const all = (customer: Customer, showtimeId: string, sets: string[][]): Promise<HttpResponse[]> =>
      Promise.all(sets.map((seats, i) => cluster.apis[i % 2]!.hold(customer, showtimeId, seats)));
    expect(byStatus(await all(anna, scene.showtimeId, singles))).toEqual({ 201: 3, 422: 17 });
    const another = await cluster.api.createShowtime({ rows: 5, seatsPerRow: 8 });
    expect(byStatus(await all(ben, another.showtimeId, fours))).toEqual({ 201: 2, 422: 8 });
  });
});
