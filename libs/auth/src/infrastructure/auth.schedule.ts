import { Injectable } from '@nestjs/common';
import { DAY_MS } from '@app/kernel/durations.js';
import { Settings } from '@app/platform/config/settings.js';
import type { RetentionRule, RetentionRules } from '@app/platform/operations/retention/retention.js';
import { RetentionSchedule } from '@app/platform/operations/retention/retention-schedule.js';
import { Database } from '@app/platform/persistence/database.js';
import { ClsService } from 'nestjs-cls';

/** Few enough to be over in well under a second. */
const BATCH_ROWS = 5_000;

/** Rows of each table are deleted so long after the time in their column. */
const RETENTION = [
  { table: 'auth.sessions', column: 'expires_at', keptMs: 0 },
  // As long as the event is kept by default.
  { table: 'auth.erased_users', column: 'erased_at', keptMs: 90 * DAY_MS },
  // A network that was not used for half a year is no longer known.
  { table: 'auth.login_networks', column: 'last_login_at', keptMs: 180 * DAY_MS },
  // Admins see when a key was used last.
  { table: 'auth.api_keys', of: 'revoked', column: 'revoked_at', keptMs: 90 * DAY_MS },
  { table: 'auth.api_keys', of: 'expired', column: 'expires_at', keptMs: 90 * DAY_MS },
  // No access token lives longer than a day.
  { table: 'auth.revoked_access', column: 'revoked_at', keptMs: 2 * DAY_MS },
] as const;

@Injectable()
export class AuthRetention implements RetentionRules {
  readonly rules: readonly RetentionRule[];

  constructor(database: Database) {
    this.rules = RETENTION.map(({ table, column, keptMs, ...rest }) => ({
      deletedRows: 'of' in rest ? `${table}, ${rest.of}` : table,
      batchRows: BATCH_ROWS,
      deleteBatch: () =>
        database.change(
          `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM ${table} WHERE ${column} < $1 ORDER BY ${column} LIMIT $2 FOR UPDATE SKIP LOCKED))`,
          [new Date(Date.now() - keptMs), BATCH_ROWS],
        ),
    }));
  }
}

@Injectable()
export class AuthRetentionSchedule extends RetentionSchedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    protected readonly retention: AuthRetention,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }
}
