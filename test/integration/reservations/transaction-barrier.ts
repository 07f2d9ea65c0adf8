/** Blocks transactions just before they commit, so that a test decides which of two comes second. */
import type { PoolClient } from 'pg';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

/** Any number that nothing else in this database locks. */
const BARRIER_KEY = 4_711;

export class TransactionBarrier {
  private constructor(private readonly system: InProcessSystem) {}

  /** Of a system with `longLockWaits`. A trigger on a table, by default the outbox: every change of an aggregate writes there, last in its transaction. */
  static async install(system: InProcessSystem, table = 'messaging.outbox'): Promise<TransactionBarrier> {
    await system.sql(
      `CREATE FUNCTION messaging.pass_barrier() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${BARRIER_KEY}); RETURN NEW; END $$`,
    );
    await system.sql(`CREATE TRIGGER barrier BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION messaging.pass_barrier()`);
    return new TransactionBarrier(system);
  }

  /** Runs `first` up to the barrier, then `second` until it waits too or has ended, and opens the barrier. */
  async runInOrder<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
    const open = await this.close();
    try {
      const one = settled(first());
      await this.waitForBlocked(1);
      let hasEnded = false;
      const two = settled(second()).finally(() => (hasEnded = true));
      await until(async () => hasEnded || (await this.blocked()) >= 2, { what: 'the second to wait or to end', intervalMs: 5 });
      await open();
      return await Promise.all([one, two]);
    } finally {
      await open();
    }
  }

  /** Blocks every transaction until the returned function is called. */
  async close(): Promise<() => Promise<void>> {
    let client: PoolClient | null = await this.system.database.connect();
    await client.query('SELECT pg_advisory_lock($1)', [BARRIER_KEY]);
    return async () => {
      const held = client;
      client = null;
      await held?.query('SELECT pg_advisory_unlock($1)', [BARRIER_KEY]);
      held?.release();
    };
  }

  /** Resolves when `count` statements of this system wait for a lock. */
  async waitForBlocked(count: number): Promise<void> {
    await until(async () => (await this.blocked()) >= count, { what: `${count} statements to wait for a lock`, intervalMs: 5 });
  }

  private async blocked(): Promise<number> {
    const [row] = await this.system.sql<{ n: number }>(
      `SELECT count(DISTINCT pid)::int AS n FROM pg_locks JOIN pg_stat_activity AS backend USING (pid)
       WHERE NOT granted AND backend.datname = current_database()`,
    );
    return row!.n;
  }
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}
