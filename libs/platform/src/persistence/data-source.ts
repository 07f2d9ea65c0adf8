/** Connection options of every process: TypeORM on node-pg, with a limit on everything that can wait. */
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';

/** bigint columns count things here (positions, sums) and stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
/** A date is a day, not an instant: without this, node-pg makes midnight in the process's own zone of it. */
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Role = 'api' | 'worker' | 'tool';

/** Milliseconds a statement may run: a customer does not wait longer; a worker's batch may. */
const STATEMENT_TIMEOUT: Record<Role, number> = { api: 5_000, worker: 15_000, tool: 0 };

export function dataSourceOptions(settings: Settings, role: Role): DataSourceOptions {
  const statementTimeout = STATEMENT_TIMEOUT[role];
  return {
    type: 'postgres',
    url: settings.database.url,
    applicationName: `movie-reservation-${role}`,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    poolSize: settings.database.poolSize,
    // Lost idle connections are replaced by the pool; the next query tells whether the server is back.
    poolErrorHandler: () => undefined,
    extra: {
      connectionTimeoutMillis: 1_500,
      keepAlive: true,
      statement_timeout: statementTimeout,
      // A frozen server answers no time-out of its own; node-pg must give up by itself, still inside the 5 s promised to a customer.
      query_timeout: statementTimeout === 0 ? undefined : role === 'api' ? 3_000 : statementTimeout + 1_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
    },
  };
}
