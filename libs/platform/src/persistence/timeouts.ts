/** The limits that PostgreSQL itself keeps for us, and whether they are in force: a pooler can refuse or drop what a connection asks for at its start. */
import pg from 'pg';

export type ProcessKind = 'api' | 'worker' | 'cli';

/** Milliseconds. How long a statement may run: a customer waits no longer, the batch of a worker can. 0: without a limit. */
export const TIMEOUTS_MS: Record<
  ProcessKind,
  { statement_timeout: number; lock_timeout: number; idle_in_transaction_session_timeout: number }
> = {
  api: { statement_timeout: 5_000, lock_timeout: 2_000, idle_in_transaction_session_timeout: 10_000 },
  worker: { statement_timeout: 15_000, lock_timeout: 2_000, idle_in_transaction_session_timeout: 10_000 },
  cli: { statement_timeout: 0, lock_timeout: 2_000, idle_in_transaction_session_timeout: 10_000 },
};

/** Asks in one statement of any connection of a pool. */
export type RunQuery = (sql: string) => Promise<readonly { name: string; ms: number; user: string }[]>;

interface MissingTimeouts {
  readonly names: readonly string[];
  /** SQL that mends it. */
  readonly fixSql: string;
}

/** Returns what is not limited, or limited to more than this kind of process allows; null where all is well. */
export async function missingTimeouts(runQuery: RunQuery, kind: Exclude<ProcessKind, 'cli'>): Promise<MissingTimeouts | null> {
  const rows = await runQuery(
    `SELECT name, setting::int AS ms, current_user AS user FROM pg_settings
     WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')`,
  );
  const wrong = Object.entries(TIMEOUTS_MS[kind]).filter(([name, limit]) => {
    const ms = rows.find((row) => row.name === name)?.ms ?? 0;
    return ms === 0 || ms > limit;
  });
  if (wrong.length === 0) return null;
  const user = pg.escapeIdentifier(rows[0]?.user ?? 'USER');
  const fixSql = wrong.map(([name, limit]) => `ALTER ROLE ${user} SET ${name} = '${limit / 1_000}s';`).join(' ');
  return { names: wrong.map(([name]) => name), fixSql };
}

/** Throws, with the statements that mend it, where a time-out is not in force. `asked`: the connections asked for them at their start. */
export async function assertTimeouts(runQuery: RunQuery, kind: Exclude<ProcessKind, 'cli'>, { asked }: { asked: boolean }): Promise<void> {
  const missing = await missingTimeouts(runQuery, kind);
  if (missing === null) return;
  const what = `PostgreSQL does not limit us by ${missing.names.join(', ')}.`;
  throw new Error(
    asked
      ? `${what} Something between drops what a connection asks for at its start: set DATABASE_POOLER=transaction where it is a pooler.`
      : `${what} Run ${missing.fixSql} and have the pooler open new connections (RECONNECT on its console).`,
  );
}
