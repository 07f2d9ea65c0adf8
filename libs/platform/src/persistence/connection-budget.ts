/** Warns at the start when the pool of this process can take more connections than the server has left. */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DATABASE_CONNECTIONS_SHORT, alert } from '../telemetry/alert.js';
import { Database } from './database.js';

interface Connections {
  max: number;
  reserved: number;
  used: number;
}

@Injectable()
export class ConnectionBudget implements OnApplicationBootstrap {
  readonly #logger = new Logger(ConnectionBudget.name);

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** Not waited for: it must neither delay nor prevent a start. */
  onApplicationBootstrap(): void {
    void this.check().catch((error: unknown) => this.#logger.warn({ err: error }, 'The connections of the server could not be counted'));
  }

  /** What others use now counts; what their pools may still open does not, so a warning can be missed, but none is wrong. */
  async check(): Promise<void> {
    // A pooler limits what the server sees.
    if (this.settings.database.pooler !== 'none') return;
    // `reserved_connections` is new in PostgreSQL 16.
    const [row] = await this.database.query<Connections>(
      `SELECT current_setting('max_connections')::int AS max,
         current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS used`,
    );
    if (row === undefined) return;
    const { poolSize } = this.settings.database;
    const free = row.max - row.reserved - row.used;
    if (poolSize <= free) return;
    alert(
      DATABASE_CONNECTIONS_SHORT,
      'The pool can take more connections than the server has left: lower DATABASE_POOL or raise max_connections',
      { pool: poolSize, free, ...row },
      { as: 'warn' },
    );
  }
}
