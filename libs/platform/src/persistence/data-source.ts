/** Connection options of every process: TypeORM on node-pg, with a limit on everything that can wait. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';

/** bigint columns count things here (positions, sums) and stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
/** A date is a day, not an instant: without this, node-pg makes midnight in the process's own zone of it. */
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Role = 'api' | 'worker' | 'cli';

/** Milliseconds a statement may run: a customer does not wait longer; a worker's batch may. */
const STATEMENT_TIMEOUT: Record<Role, number> = { api: 5_000, worker: 15_000, cli: 0 };
/** Milliseconds a server may leave a statement without a word: a frozen one answers no time-out of its own. A customer is promised an answer in 5 s. */
const SILENCE: Record<Role, number> = { api: 3_000, worker: 16_000, cli: 0 };
/** Milliseconds the pool may take to close before its connections are left to the end of the process. */
const CLOSING = 1_000;

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
      // Below the silence a customer is spared, above what a busy machine needs to open a burst of connections.
      connectionTimeoutMillis: 2_500,
      // Kept warm: a cold pool in a rush of customers opens all its connections at once.
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      statement_timeout: statementTimeout,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
    },
  };
}

/** A DataSource whose pool waits for ever neither for a silent server nor, at the end, for work that hangs. */
export class LimitedDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly role: Role,
  ) {
    super(options);
  }

  override async initialize(): Promise<this> {
    await super.initialize();
    const silence = SILENCE[this.role];
    if (silence > 0) cutSilentConnections((this.driver as unknown as { master: pg.Pool }).master, silence);
    return this;
  }

  override async destroy(): Promise<void> {
    await Promise.race([super.destroy(), pause(CLOSING, undefined, { ref: false })]);
  }
}

/** Cut rather than given up: node-pg's own `query_timeout` hands the connection back, where a ROLLBACK and the next request wait behind the dead statement. */
function cutSilentConnections(pool: pg.Pool, silence: number): void {
  const watched = new WeakSet<pg.PoolClient>();
  pool.on('acquire', (client) => {
    if (watched.has(client)) return;
    watched.add(client);
    const inside = client as unknown as { connection: { stream: Socket }; readyForQuery: boolean };
    const { stream } = inside.connection;
    stream.setTimeout(silence);
    stream.on('timeout', () => {
      if (!inside.readyForQuery) stream.destroy();
    });
  });
}
