/** Holds transactions up right before their end, so that a test decides who comes second. */
import type { PoolClient } from 'pg';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

/** Any constant: nothing else in this database takes it. */
const GATE = 4_711;

export class TransactionBarrier {
  private constructor(private readonly system: InProcessSystem) {}

  /** Whoever writes an event passes the gate: each change of an aggregate, last in its transaction. */
  static async build(system: InProcessSystem): Promise<TransactionBarrier> {
    await system.sql(
      `CREATE FUNCTION messaging.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NEW; END $$`,
    );
    await system.sql(`CREATE TRIGGER gate BEFORE INSERT ON messaging.outbox FOR EACH ROW EXECUTE FUNCTION messaging.pass_gate()`);
    return new TransactionBarrier(system);
  }

  /** Runs `first` up to the gate, then `second` until it waits too or is done, and lets them go on. */
  async inTurn<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
    const open = await this.close();
    try {
      const one = settled(first());
      await this.waiting(1);
      const two = settled(second());
      await Promise.race([two, this.waiting(2)]);
      await open();
      return await Promise.all([one, two]);
    } finally {
      await open();
    }
  }

  /** Keeps everybody out until the answer is called. No longer than two seconds: the limit of any wait for a lock. */
  async close(): Promise<() => Promise<void>> {
    let client: PoolClient | null = await this.system.database.connect();
    await client.query('SELECT pg_advisory_lock($1)', [GATE]);
    return async () => {
      const held = client;
      client = null;
      await held?.query('SELECT pg_advisory_unlock($1)', [GATE]);
      held?.release();
    };
  }

  /** Resolves when so many of this system's statements wait for a lock. */
  async waiting(count: number): Promise<void> {
    await until(
      async () => {
        const [row] = await this.system.sql<{ n: number }>(
          `SELECT count(DISTINCT pid)::int AS n FROM pg_locks JOIN pg_stat_activity AS who USING (pid) WHERE NOT granted AND who.datname = current_database()`,
        );
        return row!.n >= count;
      },
      { timeoutMs: 1_500, what: `${count} to wait`, intervalMs: 5 },
    );
  }
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}
