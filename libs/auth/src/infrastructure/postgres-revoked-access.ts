import { Injectable } from '@nestjs/common';
import { RevokedAccess } from '@app/platform/http/access/current-rights.js';
import { Settings } from '@app/platform/config/settings.js';
import { Database } from '@app/platform/persistence/database.js';

/** A deactivation holds in every process within this time. */
const MAX_AGE_MS = 1_000;
/** A login that read the user before the deactivation issues its token later, and the clocks of processes differ. */
const MARGIN_SECONDS = 60;

/**
 * A list of all users and sessions whose tokens may still be alive, read again when it is a second old: one query a second, however many requests there are.
 * When the database is away, the request fails as any other that needs it.
 */
@Injectable()
export class PostgresRevokedAccess extends RevokedAccess {
  #ids: ReadonlySet<string> = new Set();
  #readAtMs = -Infinity;
  #reading: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {
    super();
  }

  async includes(id: string): Promise<boolean> {
    if (performance.now() - this.#readAtMs > MAX_AGE_MS) await (this.#reading ??= this.read());
    return this.#ids.has(id);
  }

  private async read(): Promise<void> {
    const beginMs = performance.now();
    try {
      const rows = await this.database.prepared<{ id: string }>(
        `SELECT user_id AS id FROM auth.revoked_access WHERE revoked_at > clock_timestamp() - $1 * interval '1 second'
         UNION ALL SELECT id FROM auth.sessions WHERE ended_at > clock_timestamp() - $1 * interval '1 second'`,
        [this.settings.tokens.accessTokenSeconds + MARGIN_SECONDS],
      );
      this.#ids = new Set(rows.map(({ id }) => id));
      this.#readAtMs = beginMs;
    } finally {
      this.#reading = null;
    }
  }
}
