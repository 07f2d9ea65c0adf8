/** Connection options of every process: TypeORM on node-pg, with a limit on every wait. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { sampled } from '../telemetry/metrics.js';
import { beginWithFirstStatement } from './first-statement.js';
import { parseInstant } from './parse-instant.js';
import { onEachConnection, poolOf } from './pool.js';
import { type ProcessKind, TIMEOUTS_MS, assertTimeouts } from './timeouts.js';

/** bigint columns are counts and sums here and stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
/** A date is a day, not an instant. Without this, node-pg returns midnight in the time zone of the process. */
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, parseInstant);

export type { ProcessKind };

/** How long a server may be silent during a statement: a frozen server enforces no time-out. A customer gets an answer within 5 s. */
export const SILENCE_MS: Record<ProcessKind, number> = { api: 3_000, worker: 16_000, cli: 0 };
/** The last part of that time has a timer of its own: a process that was too busy to read runs its timers before it reads what has arrived. */
const LAST_WAIT_MS = 500;
/** How long the pool may take to close. The end of the process closes the rest. */
export const CLOSE_TIMEOUT_MS = 1_000;
/** node-pg leaves out a time-out of 0, and the role's would be in force. */
const WITHOUT_STATEMENT_TIMEOUT = { options: '-c statement_timeout=0' };

export function poolOptions({ database }: Settings, kind: ProcessKind): pg.PoolConfig {
  return {
    // Below the limit for a silent server, above what a busy machine needs to open many connections at once.
    connectionTimeoutMillis: 2_500,
    // A cold pool would open all its connections at once when many customers come.
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // A pooler refuses parameters of the start; there the role of the database has them.
    ...(database.pooler === 'transaction' && kind !== 'cli' ? {} : TIMEOUTS_MS[kind]),
    ...(TIMEOUTS_MS[kind].statement_timeout === 0 ? WITHOUT_STATEMENT_TIMEOUT : {}),
  };
}

export function dataSourceOptions(settings: Settings, kind: ProcessKind): DataSourceOptions {
  const { database } = settings;
  return {
    type: 'postgres',
    // A command of an operator may take long, and must not take the pooler's connections from customers.
    url: kind === 'cli' ? database.directUrl : database.url,
    applicationName: `movie-reservation-${kind}`,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    poolSize: database.poolSize,
    // The pool replaces idle connections that are lost. The next query shows whether the server is back.
    poolErrorHandler: () => undefined,
    extra: poolOptions(settings, kind),
  };
}

/** A DataSource that waits for a silent server, and at the end for work that hangs, only for a limited time. */
export class LimitedDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly kind: ProcessKind,
  ) {
    super(options);
  }

  override async initialize(): Promise<this> {
    await super.initialize();
    const pool = poolOf(this);
    const silenceMs = SILENCE_MS[this.kind];
    if (silenceMs > 0) cutSilentConnections(pool, silenceMs);
    beginWithFirstStatement(pool);
    measurePool(pool);
    // Throws where they are not: without them a frozen transaction blocks a seat for ever.
    if (this.kind !== 'cli')
      await assertTimeouts((sql) => this.query(sql), this.kind, { asked: 'statement_timeout' in (pool.options as object) });
    return this;
  }

  override async destroy(): Promise<void> {
    await Promise.race([super.destroy(), pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }
}

function measurePool(pool: pg.Pool): void {
  sampled('cinema_database_pool_size', 'Connections that this process may open', () => pool.options.max);
  sampled('cinema_database_connections', 'Open connections of the pool', () => pool.totalCount);
  sampled('cinema_database_connections_idle', 'Open connections that nothing uses', () => pool.idleCount);
  sampled('cinema_database_connections_awaited', 'Statements and transactions that wait for a connection', () => pool.waitingCount);
}

/**
 * Cuts a connection whose server is silent during a statement. node-pg's own `query_timeout` returns the connection to the pool, where a ROLLBACK
 * and the next request wait behind the dead statement.
 */
export function cutSilentConnections(pool: pg.Pool, silenceMs: number): void {
  onEachConnection(pool, (client) => {
    const internals = client as unknown as { connection: { stream: Socket }; readyForQuery: boolean };
    const { stream } = internals.connection;
    stream.setTimeout(silenceMs - LAST_WAIT_MS);
    stream.on('timeout', () => {
      if (internals.readyForQuery) return;
      const { bytesRead } = stream;
      setTimeout(() => {
        if (!internals.readyForQuery && stream.bytesRead === bytesRead) stream.destroy();
      }, LAST_WAIT_MS).unref();
    });
  });
}
