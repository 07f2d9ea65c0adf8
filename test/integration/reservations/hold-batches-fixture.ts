/** Holds in several processes, which share nothing but a database. */
import pg from 'pg';
import { DomainError } from '@app/kernel/domain-error.js';
import type { ItemOutcome } from '@app/platform/concurrency/batches.js';
import type { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { type RequestOrigin, Transactions } from '@app/platform/persistence/transactions.js';
import { Reservation } from '../../../libs/reservations/src/domain/reservation.js';
import { HoldBatches, type HoldAttempt } from '../../../libs/reservations/src/infrastructure/hold-batches.js';
import { answeringItself, type HoldOptions, requestOf } from '../../../libs/reservations/src/testing/builders.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const NO_ORIGIN: RequestOrigin = { idempotent: null, correlationId: null, traceparent: null };

export class HoldBatchesFixture {
  private constructor(
    private readonly fresh: FreshDatabase,
    private readonly platform: Platform,
  ) {}

  static async start(): Promise<HoldBatchesFixture> {
    const fresh = await freshDatabase();
    return new HoldBatchesFixture(fresh, await startPlatform(fresh.url, { DATABASE_POOL: '20' }));
  }

  async close(): Promise<void> {
    await this.platform.app.close();
    await this.fresh.drop();
  }

  get database(): Database {
    return this.platform.database;
  }

  get transactions(): Transactions {
    return this.platform.app.get(Transactions);
  }

  async clear(): Promise<void> {
    await this.database.query('TRUNCATE reservations.reservations, reservations.seat_claims, messaging.outbox');
  }

  newProcess(database = this.database, transactions = this.transactions): HoldBatches {
    return new HoldBatches(database, transactions, this.platform.app.get(Outbox));
  }

  /** As `newProcess`, with the number of holds of each attempt at a transaction. */
  newCountedProcess(database = this.database, transactions = this.transactions): { process: HoldBatches; sizes: number[] } {
    const process = this.newProcess(database, transactions);
    const sizes: number[] = [];
    const holdAll = process.holdAll.bind(process);
    process.holdAll = (batch, previousError) => {
      sizes.push(batch.length);
      return holdAll(batch, previousError);
    };
    return { process, sizes };
  }

  /** The transaction of another process. It ends with the test. */
  async besideFrozenProcess(test: (frozen: pg.Client) => Promise<void>): Promise<void> {
    const frozen = new pg.Client({ connectionString: this.fresh.url });
    await frozen.connect();
    try {
      await frozen.query('BEGIN');
      await test(frozen);
    } finally {
      await frozen.end();
    }
  }

  async rows(): Promise<{ reservations: number; claims: number; events: number }> {
    const [row] = await this.database.query<{ reservations: number; claims: number; events: number }>(
      `SELECT (SELECT count(*)::int FROM reservations.reservations) AS reservations, (SELECT count(*)::int FROM reservations.seat_claims) AS claims,
              (SELECT count(*)::int FROM messaging.outbox) AS events`,
    );
    return row!;
  }
}

export function anAttempt(own: HoldOptions & { readonly origin?: RequestOrigin } = {}): HoldAttempt {
  const { origin = NO_ORIGIN, ...options } = own;
  const request = requestOf(options);
  return {
    request: { ...request, showtimeId: request.seating.showtime.id },
    decision: answeringItself((situation) => Reservation.hold({ ...request, situation })),
    origin,
  };
}

/** How it ended, without ids and codes, which are random. */
export function summaryOf(outcome: ItemOutcome<unknown>): unknown {
  if (outcome.status === 'fulfilled') return 'held';
  if (outcome.status === 'again') return 'again';
  const { reason } = outcome as { reason: unknown };
  return reason instanceof DomainError ? [reason.code, reason.details] : reason;
}
