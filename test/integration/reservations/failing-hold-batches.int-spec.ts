import { newId } from '@app/kernel/id.js';
import type { Database } from '@app/platform/persistence/database.js';
import type { Transactions } from '@app/platform/persistence/transactions.js';
import type { Reservation } from '../../../libs/reservations/src/domain/reservation.js';
import type { Seating } from '../../../libs/reservations/src/domain/seating.js';
import { aSeating } from '../../../libs/reservations/src/testing/builders.js';
import { until } from '../../support/until.js';
import { anAttempt, HoldBatchesFixture } from './hold-batches-fixture.js';

let fixture: HoldBatchesFixture;

beforeAll(async () => {
  fixture = await HoldBatchesFixture.start();
}, 60_000);
afterAll(() => fixture?.close());
beforeEach(() => fixture.clear());

describe('Holds whose connection is cut', () => {
  /** Backends that wait for a lock in the middle of their transaction. */
  const blocked = (count: number) =>
    until(
      async () => {
        const rows = await fixture.database.query<{ pid: number }>(
          `SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        return rows.length === count && rows;
      },
      { timeoutMs: 1_500, what: `${count} batches to wait`, intervalMs: 5 },
    );
  const cutAll = async (count: number) => {
    for (const { pid } of await blocked(count)) await fixture.database.query('SELECT pg_terminate_backend($1)', [pid]);
  };
  const holdOneByThree = (seating: Seating) =>
    Promise.allSettled(['A1', 'A2', 'A3'].map((seat) => fixture.newProcess().run(anAttempt({ seating, seats: [seat] }))));

  it('holds are made by another attempt', async () => {
    await fixture.besideFrozenProcess(async (blocker) => {
      // Each batch has inserted its rows when it waits for this table.
      await blocker.query('LOCK TABLE messaging.outbox IN EXCLUSIVE MODE');
      const ended = holdOneByThree(aSeating());
      await cutAll(3);
      await blocker.query('ROLLBACK');
      expect((await ended).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    });
    expect(await fixture.rows()).toEqual({ reservations: 3, claims: 3, events: 3 });
  });

  it('holds that are cut a second time fail and leave nothing', async () => {
    const seating = aSeating();
    await fixture.besideFrozenProcess(async (blocker) => {
      await blocker.query('LOCK TABLE messaging.outbox IN EXCLUSIVE MODE');
      const ended = holdOneByThree(seating);
      await cutAll(3);
      await cutAll(3);
      expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    });
    expect(await fixture.rows()).toEqual({ reservations: 0, claims: 0, events: 0 });
    await expect(fixture.newProcess().run(anAttempt({ seating, seats: ['A1', 'A2', 'A3'] }))).resolves.toBeDefined();
  });

  it('after COMMIT was sent, no hold is tried again', async () => {
    const transactions = fixture.transactions;
    const cutAtCommit = Object.create(transactions, {
      run: {
        value: async (effect: () => Promise<unknown>) => {
          await transactions.run(effect);
          throw new Error('Connection terminated unexpectedly');
        },
      },
    }) as Transactions;
    const { process, sizes } = fixture.newCountedProcess(fixture.database, cutAtCommit);
    const outcomes = await Promise.allSettled([anAttempt(), anAttempt()].map((attempt) => process.run(attempt)));
    expect(outcomes).toMatchObject([
      { reason: { message: 'Connection terminated unexpectedly' } },
      { reason: { message: 'Connection terminated unexpectedly' } },
    ]);
    expect(sizes).toEqual([2]);
    expect(await fixture.rows()).toMatchObject({ reservations: 2 });
  });
});

describe('Holds beside a process that is frozen in its transaction', () => {
  const codeOf = (outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'fulfilled' ? 'held' : (outcome.reason as { code?: string }).code;

  it('holds of other showtimes do not wait for each hold of a locked one', async () => {
    const [locked, free] = [aSeating(), aSeating()];
    await fixture.besideFrozenProcess(async (frozen) => {
      await frozen.query(`SELECT pg_advisory_xact_lock(hashtextextended('showtime ' || $1::uuid, 0))`, [locked.showtime.id]);
      const { process, sizes } = fixture.newCountedProcess();
      const run = (seating: Seating, seats: string[]) => process.run(anAttempt({ seating, seats }));
      const waiting = Promise.allSettled(['A1', 'A2', 'A3', 'A4'].map((seat) => run(locked, [seat])));
      await Promise.all(['A1', 'A2', 'A3'].map((seat) => run(free, [seat])));
      expect((await waiting).map(codeOf)).toEqual(['55P03', '55P03', '55P03', '55P03']);
      // All of them, and then those of the other showtime.
      expect(sizes).toEqual([7, 3]);
    });
  }, 30_000);

  it('a customer that it has locked keeps no other from the showtime', async () => {
    const [seating, customerId] = [aSeating(), newId()];
    await fixture.besideFrozenProcess(async (frozen) => {
      await frozen.query(`SELECT pg_advisory_xact_lock(hashtextextended('customer ' || $1::uuid, 0))`, [customerId]);
      const process = fixture.newProcess();
      const attempts = [
        anAttempt({ seating, customerId, seats: ['A1'] }),
        ...['A2', 'A3'].map((seat) => anAttempt({ seating, seats: [seat] })),
      ];
      const outcomes = await Promise.allSettled(attempts.map((attempt) => process.run(attempt)));
      expect(outcomes.map(codeOf)).toEqual(['55P03', 'held', 'held']);
    });
  }, 30_000);

  it('seats that it is claiming keep no other from the showtime, nor for long', async () => {
    const seating = aSeating();
    const { id } = (await fixture.newProcess().run(anAttempt({ seating, seats: ['A12'] }))) as Reservation;
    await fixture.besideFrozenProcess(async (frozen) => {
      await frozen.query(
        `INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id) SELECT $1, 'A' || n, $2 FROM generate_series(1, 4) AS n`,
        [seating.showtime.id, id],
      );
      const process = fixture.newProcess();
      const startedAt = performance.now();
      const labels = Array.from({ length: 6 }, (_, i) => `A${i + 1}`);
      const outcomes = await Promise.allSettled(labels.map((label) => process.run(anAttempt({ seating, seats: [label] }))));
      expect(outcomes.map(codeOf)).toEqual(['55P03', '55P03', '55P03', '55P03', 'held', 'held']);
      // The lock time-out, and little more for each that was tried alone.
      expect(performance.now() - startedAt).toBeLessThan(4_000);
    });
  }, 30_000);
});

describe('The order of the locks of two batches', () => {
  /** Batches of many processes that want the same customers and showtimes, each in an order of its own. */
  async function holdInManyProcesses(database: Database, rounds: number): Promise<Record<string, number>> {
    const showtimes = Array.from({ length: 6 }, () => aSeating());
    const customers = Array.from({ length: 6 }, () => newId());
    const errors: Record<string, number> = {};
    const shuffled = <T>(all: readonly T[]): T[] =>
      all
        .map((each) => [Math.random(), each] as const)
        .sort(([a], [b]) => a - b)
        .map(([, each]) => each);
    const process = async (): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        const order = shuffled(customers);
        const attempts = shuffled(showtimes).map((seating, i) => anAttempt({ seating, customerId: order[i]!, seats: ['A1'] }));
        await fixture
          .newProcess(database)
          .holdAll(attempts)
          .catch(({ cause: { code = 'no code' } }: { cause: { code?: string } }) => (errors[code] = (errors[code] ?? 0) + 1));
      }
    };
    await Promise.all(Array.from({ length: 6 }, process));
    return errors;
  }

  it('batches with the same customers and showtimes do not deadlock', async () => {
    expect(await holdInManyProcesses(fixture.database, 30)).toEqual({});
  }, 60_000);

  it('batches that take their locks in any order deadlock', async () => {
    const { database } = fixture;
    const unsorted = Object.create(database, {
      query: { value: database.query.bind(database) },
      prepared: {
        value: (sql: string, values: readonly unknown[]) =>
          database.prepared(sql.replaceAll('SELECT DISTINCT', 'SELECT').replaceAll('ORDER BY key', 'ORDER BY random()'), values),
      },
    }) as Database;
    // PostgreSQL takes a second to notice each.
    const errors = await holdInManyProcesses(unsorted, 3);
    expect(errors['40P01']).toBeGreaterThan(0);
    // The suites of the processes read this counter.
    const counted = `SELECT FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0`;
    await until(async () => (await database.query(counted)).length > 0, { timeoutMs: 5_000, what: 'PostgreSQL to count' });
  }, 120_000);
});
