import { jest } from '@jest/globals';
import pg from 'pg';
import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

/** A round trip more under load is a customer less: whoever adds one shall see it here. */
describe('Round trips to the database', () => {
  let system: InProcessSystem;
  let anna: Customer;
  let ben: Customer;
  let scene: ShowtimeFixture;
  let statements: string[] = [];

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
    scene = await system.createShowtime();
    // What is read once and kept, like the seat plan, is not counted.
    await system.hold(anna, scene.showtimeId, ['H1']);
    await seatMap();
    listen();
  }, 60_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await system?.close();
  });
  beforeEach(() => {
    statements = [];
  });

  function listen(): void {
    const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
      const [statement] = call;
      const text = typeof statement === 'string' ? statement : (statement as { text: string }).text;
      if (!text.includes('platform.clock')) statements.push(inShort(text));
      return query.apply(this, call);
    });
  }

  /** The verb and what it is about. */
  function inShort(text: string): string {
    const verb = /^\s*(?:WITH \w+ AS \()?\s*(\w+)/.exec(text)![1]!.toUpperCase();
    const tables = [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]+)"?\."?([a-z_]+)"?/g)].map(
      ([, schema, table]) => `${schema}.${table}`,
    );
    const about = tables.length > 0 ? [...new Set(tables)] : [.../pg_\w+/g[Symbol.matchAll](text)].map(([name]) => name);
    return [verb, ...about].join(' ');
  }

  const seatMap = (token?: string): Promise<Json> => system.expectOk('GET', `/showtimes/${scene.showtimeId}/seats`, { token });

  const LOOK_UP = ['SELECT showtimes.showtimes', 'SELECT movies.movies', 'SELECT rooms.rooms rooms.theatres rooms.seat_plans'];
  const HOLD = [
    'START',
    'SELECT pg_advisory_xact_lock_shared pg_advisory_xact_lock',
    'SELECT reservations.reservations reservations.seat_claims reservations.sales_statuses',
    'INSERT reservations.reservations',
    'INSERT reservations.seat_claims',
    'INSERT messaging.outbox',
    'COMMIT',
  ];

  it('of a hold: three to see the showtime and five in the transaction, whatever the number of seats', async () => {
    expect((await system.hold(anna, scene.showtimeId, ['A1'])).status).toBe(201);
    expect(statements).toEqual([...LOOK_UP, ...HOLD]);
    statements = [];
    expect((await system.hold(ben, scene.showtimeId, ['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9'])).status).toBe(201);
    expect(statements).toEqual([...LOOK_UP, ...HOLD]);
  });

  it('of a refused hold: two in the transaction', async () => {
    expect((await system.hold(ben, scene.showtimeId, ['H1'])).status).toBe(409);
    expect(statements).toEqual([...LOOK_UP, ...HOLD.slice(0, 3), 'ROLLBACK']);
  });

  it('of a hold with an idempotency key: two more', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    expect((await system.hold(anna, scene.showtimeId, ['A2'], headers)).status).toBe(201);
    expect(statements).toHaveLength(LOOK_UP.length + HOLD.length + 2);
    statements = [];
    expect((await system.hold(anna, scene.showtimeId, ['A2'], headers)).headers.get('idempotent-replayed')).toBe('true');
    expect(statements).toHaveLength(LOOK_UP.length + 4);
  });

  it('of the seat map: the showtime’s three and one for all claims, signed in or not', async () => {
    await seatMap();
    const all = [...LOOK_UP, 'SELECT reservations.seat_claims reservations.reservations'].sort();
    expect(statements.sort()).toEqual(all);
    statements = [];
    await seatMap(anna.token);
    expect(statements.sort()).toEqual(all);
  });

  it('of a list of reservations: the same however many there are', async () => {
    const list = async (limit: number): Promise<number> => {
      statements = [];
      expect((await system.expectOk('GET', `/reservations?limit=${limit}`, { token: anna.token })).data).toHaveLength(limit);
      return statements.length;
    };
    expect([await list(1), await list(3)]).toEqual([5, 5]);
  });
});
