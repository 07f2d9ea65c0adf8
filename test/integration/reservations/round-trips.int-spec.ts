import { vi } from 'vitest';
import { CommandBus } from '@nestjs/cqrs';
import { newId } from '@app/kernel/id.js';
import pg from 'pg';
import { ExpireHolds } from '../../../libs/reservations/src/application/commands/expire-holds.js';
import { SettlePayment } from '../../../libs/reservations/src/application/commands/settle-payment.js';
import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { textOfRequest } from '../../support/statements.js';

/** Under load each round trip to the database costs throughput: one more shall be seen here. A transaction begins with its first statement. */
describe('Round trips to the database', () => {
  let system: InProcessSystem;
  let customer: Customer;
  let other: Customer;
  let showtime: ShowtimeFixture;
  let statements: string[] = [];

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    [customer, other] = (await system.registerCustomers(2)) as [Customer, Customer];
    showtime = await system.createShowtime();
    // What is read once and kept, as the seat plan is, is not counted.
    await system.hold(customer, showtime.showtimeId, ['H1']);
    await seatMap();
    recordStatements();
  }, 60_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    await system?.close();
  });
  beforeEach(() => {
    statements = [];
  });

  function recordStatements(): void {
    const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
      const text = textOfRequest(call[0]);
      if (text !== null) record(summaryOf(text));
      return query.apply(this, call);
    });
  }

  /** Movies and rooms are asked for at the same moment; here movies come first. */
  function record(summary: string): void {
    const isOvertaken = summary === LOOK_UP[1] && statements.at(-1) === LOOK_UP[2];
    statements.splice(isOvertaken ? -1 : statements.length, 0, summary);
  }

  /** The verb of a statement and its tables, or its functions where it has no table. */
  function summaryOf(text: string): string {
    const verb = /^\s*(?:WITH \w+ AS \()?\s*(\w+)/.exec(text)![1]!.toUpperCase();
    const tables = [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]+)"?\."?([a-z_]+)"?/g)].map(
      ([, schema, table]) => `${schema}.${table}`,
    );
    const about = tables.length > 0 ? [...new Set(tables)] : [.../pg_\w+/g[Symbol.matchAll](text)].map(([name]) => name);
    return [verb, ...about].join(' ');
  }

  const seatMap = (token?: string): Promise<Json> => system.expectOk('GET', `/showtimes/${showtime.showtimeId}/seats`, { token });
  const execute = (command: ExpireHolds | SettlePayment): Promise<unknown> =>
    system.api.get(CommandBus, { strict: false }).execute<object, unknown>(command);

  async function hold(seats: string[], by = customer): Promise<Json> {
    const { status, body } = await system.hold(by, showtime.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  const LOOK_UP = ['SELECT showtimes.showtimes', 'SELECT movies.movies', 'SELECT rooms.rooms rooms.theatres rooms.seat_plans'];
  const HOLD = [
    'SELECT pg_advisory_xact_lock_shared pg_advisory_xact_lock',
    'SELECT reservations.reservations reservations.seat_claims reservations.sales_statuses',
    'INSERT reservations.reservations reservations.seat_claims',
    'INSERT messaging.outbox',
    'COMMIT',
  ];
  const LOCK = ['SELECT reservations.reservations', 'SELECT reservations.reservations reservations.sales_statuses'];
  const STORE = ['UPDATE reservations.reservations reservations.seat_claims', 'INSERT messaging.outbox'];
  const CHANGE = [...LOCK, ...STORE, 'COMMIT'];
  /** The reservation and what its showtime's owner says. */
  const ASK = ['SELECT reservations.reservations reservations.sales_statuses', 'SELECT showtimes.showtimes'];
  /** A hold and its showtime. */
  const ANSWER = 1 + LOOK_UP.length;

  it('a hold takes three for the showtime and four in its transaction', async () => {
    await hold(['A1']);
    expect(statements).toEqual([...LOOK_UP, ...HOLD]);
    statements = [];
    await hold(['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9'], other);
    expect(statements).toEqual([...LOOK_UP, ...HOLD]);
  });

  it('a refused hold takes two in its transaction', async () => {
    expect((await system.hold(other, showtime.showtimeId, ['H1'])).status).toBe(409);
    expect(statements).toEqual([...LOOK_UP, ...HOLD.slice(0, 2), 'COMMIT']);
  });

  it('twenty holds at the same moment take as many statements as three at most', async () => {
    const [customers, { showtimeId }] = [await system.registerCustomers(20), await system.createShowtime()];
    await system.hold(customer, showtimeId, ['H1']);
    statements = [];
    const seats = customers.map((_, i) => `${'AB'[i % 2]}${Math.floor(i / 2) + 1}`);
    const answers = await Promise.all(customers.map((each, i) => system.hold(each, showtimeId, [seats[i]!])));
    expect(answers.map(({ status }) => status)).toEqual(customers.map(() => 201));
    // How the requests arrive decides how they are grouped: one transaction, seldom more than two.
    expect(statements.length).toBeLessThanOrEqual(3 * (LOOK_UP.length + HOLD.length));
  });

  it('a hold with an idempotency key takes two more', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    expect((await system.hold(customer, showtime.showtimeId, ['A2'], headers)).status).toBe(201);
    expect(statements).toHaveLength(LOOK_UP.length + HOLD.length + 2);
    statements = [];
    const repeated = await system.hold(customer, showtime.showtimeId, ['A2'], headers);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
    expect(statements).toHaveLength(LOOK_UP.length + 3);
  });

  it('a seat map takes one for the showtime and one for all claims', async () => {
    await seatMap();
    const all = [LOOK_UP[0], 'SELECT reservations.seat_claims reservations.reservations'].sort();
    expect(statements.sort()).toEqual(all);
    statements = [];
    await seatMap(customer.token);
    expect(statements.sort()).toEqual(all);
  });

  it('a list of reservations takes the same for any length', async () => {
    const list = async (limit: number): Promise<number> => {
      statements = [];
      expect((await system.expectOk('GET', `/reservations?limit=${limit}`, { token: customer.token })).data).toHaveLength(limit);
      return statements.length;
    };
    expect([await list(1), await list(3)]).toEqual([4, 4]);
  });

  it('a reservation that is not held any more takes one more, for its refund', async () => {
    const [third] = await system.registerCustomers(1);
    const { id } = await hold(['E1'], third);
    const answer = async (): Promise<number> => {
      statements = [];
      await system.expectOk('GET', `/reservations/${id}`, { token: third!.token });
      return statements.length;
    };
    const whileHeld = await answer();
    await system.expectOk('DELETE', `/reservations/${id}`, { token: third!.token });
    expect([whileHeld, await answer()]).toEqual([ANSWER, ANSWER + 1]);
  });

  it('a reservation whose refund stays below what it owes takes one more than that', async () => {
    const [third] = await system.registerCustomers(1);
    const { id, total } = await hold(['E2'], third);
    const paymentId = newId();
    await execute(new SettlePayment({ paymentId, reservationId: id, amount: total }));
    await system.sql(
      `INSERT INTO payments.payments (id, version, reservation_id, customer_id, amount, currency, status, captured, captured_currency, refunded, created_at, settled_at)
       VALUES ($1, 1, $2, $3, 1250, 'EUR', 'succeeded', 1250, 'EUR', 1250, now(), now())`,
      [paymentId, id, third!.id],
    );
    for (const [reason, amount] of [
      ['goodwill', 100],
      ['reservation-cancelled', 1_150],
    ] as const)
      await system.sql(
        `INSERT INTO payments.refunds (id, payment_id, reason, amount, currency, status, failed_stripe_refund_ids, created_at)
         VALUES ($1, $2, $3, $4, 'EUR', 'succeeded', '[]', now())`,
        [newId(), paymentId, reason, amount],
      );
    await system.expectOk('DELETE', `/reservations/${id}?keptAtMost=0`, { token: third!.token });
    statements = [];
    const { refund } = await system.expectOk('GET', `/reservations/${id}`, { token: third!.token });
    expect(refund).toMatchObject({ amount: { amount: 1_150 }, status: 'succeeded', reason: 'reservation-cancelled' });
    expect(statements).toHaveLength(ANSWER + 2);
  });

  it('an extension and a cancellation take two before and four in their transaction', async () => {
    const [third] = await system.registerCustomers(1);
    const { id } = await hold(['C1'], third);
    statements = [];
    await system.expectOk('POST', `/reservations/${id}/extend`, { token: third!.token });
    expect(statements.slice(0, ASK.length + CHANGE.length)).toEqual([...ASK, ...CHANGE]);
    expect(statements).toHaveLength(ASK.length + CHANGE.length + ANSWER);
    statements = [];
    await system.expectOk('DELETE', `/reservations/${id}`, { token: third!.token });
    expect(statements.slice(0, ASK.length + CHANGE.length)).toEqual([...ASK, ...CHANGE]);
  });

  it('a change of seats takes three before and seven in its transaction', async () => {
    const [third] = await system.registerCustomers(1);
    const { id } = await hold(['G1', 'G2'], third);
    statements = [];
    await system.expectOk('PUT', `/reservations/${id}/seats`, { token: third!.token, body: { seats: ['G2', 'G3'] } });
    const before = [ASK[0], LOOK_UP[0], ASK[1]];
    const [lock, situation] = HOLD;
    const change = [lock, LOCK[1], situation, 'INSERT reservations.seat_claims', 'DELETE reservations.seat_claims', ...STORE, 'COMMIT'];
    expect(statements.slice(0, before.length + change.length)).toEqual([...before, ...change]);
    expect(statements).toHaveLength(before.length + change.length + ANSWER);
  });

  it('a quote of a cancellation takes two, without a transaction', async () => {
    const [third] = await system.registerCustomers(1);
    const { id } = await hold(['D1'], third);
    statements = [];
    await system.expectOk('GET', `/reservations/${id}/cancellation`, { token: third!.token });
    expect(statements).toEqual(ASK);
  });

  it('a settlement takes two before and six in its transaction', async () => {
    const [third] = await system.registerCustomers(1);
    const { id, total } = await hold(['E1'], third);
    statements = [];
    await execute(new SettlePayment({ paymentId: newId(), reservationId: id, amount: total }));
    const [insert, update] = ['INSERT reservations.payment_outcomes', 'UPDATE reservations.payment_outcomes'];
    const lockFirst = 'SELECT reservations.reservations reservations.payment_outcomes';
    expect(statements).toEqual([...ASK, lockFirst, LOCK[1], insert, ...STORE, update, 'COMMIT']);
  });

  it('an expiry takes two to find holds and four for any number of them', async () => {
    const [third] = await system.registerCustomers(1);
    for (const seat of ['F1', 'F2', 'F3']) await hold([seat], third);
    await system.advanceClock({ minutes: 31 });
    statements = [];
    await execute(new ExpireHolds());
    const find = 'SELECT reservations.reservations reservations.seat_claims';
    expect(statements).toEqual([find, expect.stringMatching(/^SELECT payments\./), ...CHANGE]);
  });
});
