import fc from 'fast-check';
import pg from 'pg';
import { DomainError } from '@app/kernel/domain-error.js';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { type RequestOrigin, Transactions } from '@app/platform/persistence/transactions.js';
import { BookingCodeTaken, SeatsTaken } from '../../../libs/reservations/src/domain/errors.js';
import { Reservation } from '../../../libs/reservations/src/domain/reservation.js';
import type { Seating } from '../../../libs/reservations/src/domain/seating.js';
import { HoldBatches, type HoldAttempt } from '../../../libs/reservations/src/infrastructure/hold-batches.js';
import {
  answeringItself,
  aSeating,
  type HoldOptions,
  NOTHING_IN_THE_WAY,
  requestOf,
} from '../../../libs/reservations/src/testing/builders.js';
import { InMemoryReservations } from '../../../libs/reservations/src/testing/in-memory-reservations.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const NO_ORIGIN: RequestOrigin = { idempotent: null, correlationId: null, traceparent: null };

let fresh: FreshDatabase;
let platform: Platform;

beforeAll(async () => {
  fresh = await freshDatabase();
  platform = await startPlatform(fresh.url, { DATABASE_POOL: '20' });
}, 60_000);
afterAll(async () => {
  await platform?.app.close();
  await fresh?.drop();
});
beforeEach(async () => {
  await platform.database.query('TRUNCATE reservations.reservations, reservations.seat_claims, messaging.outbox');
});

/** What holds seats in one process. Another one shares nothing with it but the database. */
function newProcess(database = platform.database): HoldBatches {
  const { app } = platform;
  return new HoldBatches(database, app.get(Transactions), app.get(Outbox));
}

function anAttempt(own: HoldOptions & { readonly origin?: RequestOrigin } = {}): HoldAttempt {
  const { origin = NO_ORIGIN, ...options } = own;
  const request = requestOf(options);
  return {
    request: { ...request, showtimeId: request.seating.showtime.id },
    decision: answeringItself((situation) => Reservation.hold({ ...request, situation })),
    origin,
  };
}

async function rowsOf(): Promise<{ reservations: number; claims: number; events: number }> {
  const [row] = await platform.database.query<{ reservations: number; claims: number; events: number }>(
    `SELECT (SELECT count(*)::int FROM reservations.reservations) AS reservations, (SELECT count(*)::int FROM reservations.seat_claims) AS claims,
            (SELECT count(*)::int FROM messaging.outbox) AS events`,
  );
  return row!;
}

/** How it ended, without ids and codes, which are random. */
function summaryOf(outcome: PromiseSettledResult<unknown>): unknown {
  if (outcome.status === 'fulfilled') return 'held';
  const { reason } = outcome as { reason: unknown };
  return reason instanceof DomainError ? [reason.code, reason.details] : reason;
}

const SEATS = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'];

describe('Holds that share transactions', () => {
  it('random holds end as one by one in the order of their batches', async () => {
    const oneHold = fc.record({
      showtime: fc.nat({ max: 1 }),
      customer: fc.nat({ max: 5 }),
      seats: fc.uniqueArray(fc.constantFrom(...SEATS, 'Z9'), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(oneHold, { minLength: 5, maxLength: 60 }), async (holds) => {
        await platform.database.query('TRUNCATE reservations.reservations, reservations.seat_claims, messaging.outbox');
        const showtimes = [aSeating(), aSeating()];
        const customers = Array.from({ length: 6 }, () => newId());
        const attempts = holds.map(({ showtime, customer, seats }) =>
          anAttempt({ seating: showtimes[showtime]!, customerId: customers[customer]!, seats }),
        );
        const order: HoldAttempt[] = [];
        const process = newProcess();
        const holdAll = process.holdAll.bind(process);
        process.holdAll = async (batch) => {
          const outcomes = await holdAll(batch);
          order.push(...batch);
          return outcomes;
        };
        const outcomes = await Promise.allSettled(attempts.map((attempt) => process.run(attempt)));
        const endOf = new Map(attempts.map((attempt, i) => [attempt, outcomes[i]!]));

        const model = new InMemoryReservations();
        for (const attempt of order) {
          const [expected] = await Promise.allSettled([model.hold(attempt.request, attempt.decision)]);
          expect(summaryOf(endOf.get(attempt)!)).toEqual(summaryOf(expected));
        }
        expect(order).toHaveLength(attempts.length);
        expect(await rowsOf()).toEqual({ reservations: model.all.size, claims: model.claims.size, events: model.events.length });
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('of 400 callers in eight processes at 40 seats each seat has one winner', async () => {
    const seatings = Array.from({ length: 4 }, () => aSeating());
    const places = seatings.flatMap((seating) => seating.seats.slice(0, 10).map(({ label }) => ({ seating, seats: [label] })));
    const processes = Array.from({ length: 8 }, () => newProcess());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 400 }, (_, i) => processes[i % 8]!.run(anAttempt(places[(i * 7) % 40]))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    const reasons = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => (reason as Error).name);
    expect(new Set(reasons)).toEqual(new Set([SeatsTaken.name]));
    expect(await rowsOf()).toEqual({ reservations: 40, claims: 40, events: 40 });
  }, 60_000);

  it('a hold that loses a seat leaves nothing and takes no neighbour with it', async () => {
    const seating = aSeating();
    await newProcess().run(anAttempt({ seating, seats: ['A3'] }));
    // Decides as if the seat were free, as a process does that read before the other had committed.
    const decided = anAttempt({ seating, seats: ['A2', 'A3', 'A4'] });
    const withoutCheck: HoldAttempt = { ...decided, decision: answeringItself(() => holdWithoutCheck(seating, ['A2', 'A3', 'A4'])) };
    const neighbours = [anAttempt({ seating, seats: ['A1'] }), anAttempt({ seating, seats: ['A5', 'A6'] })];
    const outcomes = await newProcess().holdAll([neighbours[0]!, withoutCheck, neighbours[1]!]);
    expect(outcomes.map(summaryOf)).toEqual(['held', ['reservations.seats-taken', { conflictingSeats: ['A3'] }], 'held']);
    expect(await rowsOf()).toEqual({ reservations: 3, claims: 4, events: 3 });
    await expect(newProcess().run(anAttempt({ seating, seats: ['A2', 'A4'] }))).resolves.toBeDefined();
  });

  describe('one of which breaks the statement of all', () => {
    const breaking = (code: string): HoldAttempt => anAttempt({ code, seats: ['A7'] });

    it('the neighbours are held, and only that one is refused', async () => {
      const process = newProcess();
      const { code } = ((await process.run(anAttempt())) as Reservation).state;
      const attempts = [anAttempt(), breaking(code), anAttempt(), anAttempt()];
      const outcomes = await Promise.allSettled(attempts.map((attempt) => process.run(attempt)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { name: BookingCodeTaken.name } });
      expect(await rowsOf()).toMatchObject({ reservations: 4, events: 4 });
    });

    it('without a second attempt of each alone, all of them would be refused', async () => {
      const process = newProcess();
      const { code } = ((await process.run(anAttempt())) as Reservation).state;
      await expect(process.holdAll([anAttempt(), breaking(code), anAttempt()])).rejects.toThrow(BookingCodeTaken);
      expect(await rowsOf()).toMatchObject({ reservations: 1, events: 1 });
    });
  });

  it('a batch whose connection is cut leaves nothing, and its seats are free', async () => {
    const { database } = platform;
    const seating = aSeating();
    const blocker = new pg.Client({ connectionString: fresh.url });
    await blocker.connect();
    try {
      // Each batch has inserted its rows when it waits for this table.
      await blocker.query('BEGIN; LOCK TABLE messaging.outbox IN EXCLUSIVE MODE');
      const ended = Promise.allSettled(['A1', 'A2', 'A3'].map((seat) => newProcess().run(anAttempt({ seating, seats: [seat] }))));
      const blocked = await until(
        async () => {
          const rows = await database.query<{ pid: number }>(
            `SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
          );
          return rows.length === 3 && rows;
        },
        { timeoutMs: 1_500, what: 'three batches to wait', intervalMs: 5 },
      );
      for (const { pid } of blocked) await database.query('SELECT pg_terminate_backend($1)', [pid]);
      expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    } finally {
      await blocker.end();
    }
    expect(await rowsOf()).toEqual({ reservations: 0, claims: 0, events: 0 });
    await expect(newProcess().run(anAttempt({ seating, seats: ['A1', 'A2', 'A3'] }))).resolves.toBeDefined();
  });

  it('holds of other showtimes do not wait for each hold of a locked one', async () => {
    const [locked, free] = [aSeating(), aSeating()];
    const blocker = new pg.Client({ connectionString: fresh.url });
    await blocker.connect();
    try {
      await blocker.query(`SELECT pg_advisory_lock(hashtextextended('showtime ' || $1::uuid, 0))`, [locked.showtime.id]);
      const process = newProcess();
      const sizes: number[] = [];
      const holdAll = process.holdAll.bind(process);
      process.holdAll = (batch) => {
        sizes.push(batch.length);
        return holdAll(batch);
      };
      const run = (seating: Seating, seats: string[]) => process.run(anAttempt({ seating, seats }));
      const waiting = Promise.allSettled(['A1', 'A2', 'A3', 'A4'].map((seat) => run(locked as Seating, [seat])));
      const others = ['A1', 'A2', 'A3'].map((seat) => run(free as Seating, [seat]));
      await Promise.all(others);
      // All of them, and then each showtime by itself.
      expect(sizes).toEqual([7, 4, 3]);
      expect((await waiting).map((outcome) => (outcome as PromiseRejectedResult).reason?.code)).toEqual([
        '55P03',
        '55P03',
        '55P03',
        '55P03',
      ]);
      expect(sizes).toEqual([7, 4, 3]);
    } finally {
      await blocker.end();
    }
  }, 30_000);

  describe('with an idempotency key', () => {
    const originOf = (key: string, fingerprint = 'of the body'): RequestOrigin => ({
      idempotent: { scope: `customer ${key}`, key, fingerprint, used: false, replayed: false },
      correlationId: null,
      traceparent: null,
    });

    it('the same request in two processes at the same moment is held once', async () => {
      const [key, customerId, seating] = [newId(), newId(), aSeating()];
      const attempts = [1, 2, 3, 4].map(() => anAttempt({ seating, customerId, seats: ['A1'], origin: originOf(key) }));
      const answers = await Promise.all(
        attempts.map((attempt) => newProcess().run({ ...attempt, decision: { ...attempt.decision, answer: ({ id }) => id } })),
      );
      expect(new Set(answers).size).toBe(1);
      expect(attempts.filter(({ origin }) => origin.idempotent!.replayed)).toHaveLength(3);
      expect(await rowsOf()).toEqual({ reservations: 1, claims: 1, events: 1 });
    });

    it('a key with another body is refused, and its neighbour is held', async () => {
      const [key, customerId] = [newId(), newId()];
      const idOf = (attempt: HoldAttempt): HoldAttempt => ({ ...attempt, decision: { ...attempt.decision, answer: ({ id }) => id } });
      await newProcess().run(idOf(anAttempt({ customerId, origin: originOf(key) })));
      const outcomes = await newProcess().holdAll([anAttempt({ customerId, origin: originOf(key, 'another body') }), anAttempt()]);
      expect(outcomes.map(summaryOf)).toEqual([['platform.idempotency-key-reused', {}], 'held']);
    });

    it('a refused hold leaves its key free', async () => {
      const [key, customerId, seating] = [newId(), newId(), aSeating()];
      await newProcess().run(anAttempt({ seating, seats: ['A1'] }));
      const attempt = anAttempt({ seating, customerId, seats: ['A1'], origin: originOf(key) });
      await expect(newProcess().run(attempt)).rejects.toThrow(SeatsTaken);
      expect(await platform.database.query('SELECT FROM platform.idempotency_keys WHERE key = $1', [key])).toEqual([]);
    });
  });
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
        await newProcess(database)
          .holdAll(attempts)
          .catch(({ code = 'no code' }: { code?: string }) => (errors[code] = (errors[code] ?? 0) + 1));
      }
    };
    await Promise.all(Array.from({ length: 6 }, process));
    return errors;
  }

  it('batches with the same customers and showtimes do not deadlock', async () => {
    expect(await holdInManyProcesses(platform.database, 30)).toEqual({});
  }, 60_000);

  it('batches that take their locks in any order deadlock', async () => {
    const { database } = platform;
    const unsorted = Object.create(database, {
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

function holdWithoutCheck(seating: Seating, seats: readonly string[]): Reservation {
  return Reservation.hold({ ...requestOf({ seating, seats }), situation: NOTHING_IN_THE_WAY });
}
