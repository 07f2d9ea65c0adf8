/** A standby that public lists may be read from, as long as it is known to be no older than a setting allows. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ClsService } from 'nestjs-cls';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { sampled } from '../telemetry/metrics.js';
import { CLOSE_TIMEOUT_MS, SILENCE_MS, cutSilentConnections, poolOptions } from './data-source.js';

/** Where a request says that it may read the standby. */
export const READS_REPLICA = Symbol('platform.reads-replica');
/** How often the positions of both servers are compared. */
const COMPARE_MS = 500;

interface Sample {
  readonly position: number;
  /** On the clock of `performance.now()`: everything that was committed before is below the position. */
  readonly at: number;
}

@Injectable()
export class Replica implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #pool: pg.Pool | null;
  readonly #maxLagMs: number;
  #samples: Sample[] = [];
  /** The standby has everything that was committed before. */
  #freshAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    settings: Settings,
    private readonly primary: DataSource,
    private readonly cls: ClsService,
  ) {
    const { readUrl, maxLagMs } = settings.database;
    this.#maxLagMs = maxLagMs;
    this.#pool = readUrl === null ? null : newPool(readUrl, settings);
  }

  onApplicationBootstrap(): void {
    if (this.#pool === null) return;
    sampled('cinema_replica_lag_seconds', 'How old an answer of the standby may be at most', () =>
      Number.isFinite(this.#freshAt) ? (performance.now() - this.#freshAt) / 1_000 : 86_400,
    );
    this.compareAgain(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.race([this.#pool?.end(), pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** The pool that this request reads, or null: then the primary. Where it does not answer, call `suspect` and ask the primary. */
  get pool(): pg.Pool | null {
    if (this.#pool === null || performance.now() - this.#freshAt > this.#maxLagMs) return null;
    return this.cls.isActive() && this.cls.get<boolean | undefined>(READS_REPLICA) === true ? this.#pool : null;
  }

  /** Not read again before it has answered a comparison. */
  suspect(): void {
    this.#freshAt = -Infinity;
  }

  private compareAgain(afterMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.compare().finally(() => this.compareAgain(COMPARE_MS)), afterMs).unref();
  }

  /** By positions in the log, not by times: an idle primary is no lag, and the clocks of both machines do not matter. */
  private async compare(): Promise<void> {
    try {
      const at = performance.now();
      const [primary] = await this.primary.query<{ position: number }[]>(
        `SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint AS position`,
      );
      this.#samples.push({ position: primary!.position, at });
      this.#samples = this.#samples.filter((sample) => at - sample.at <= this.#maxLagMs);
      // A standby that was promoted follows nobody.
      const { rows } = await this.#pool!.query<{ position: number | null }>(
        `SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END AS position`,
      );
      const position = rows[0]?.position ?? -1;
      this.#freshAt = this.#samples.findLast((sample) => sample.position <= position)?.at ?? -Infinity;
    } catch {
      // It grows older meanwhile, until the primary is read.
    }
  }
}

function newPool(connectionString: string, settings: Settings): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: 'movie-reservation-read',
    max: settings.database.poolSize,
    ...poolOptions(settings, 'api'),
  });
  pool.on('error', () => undefined);
  cutSilentConnections(pool, SILENCE_MS.api);
  return pool;
}
