/** Deletes rows that are no longer needed: idempotency keys after 48 hours, inbox rows after 30 days, old audit entries, expired rate limits. */
import { Injectable, Module } from '@nestjs/common';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { KEYS_KEPT_HOURS } from '../persistence/idempotency.js';
import { Inbox } from '../persistence/inbox.js';
import { Schedule } from '../schedule/schedule.js';

const INBOX_KEPT_DAYS = 30;
const BATCH_ROWS = 5_000;

@Injectable()
class HousekeepingSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly inbox: Inbox,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }

  protected async work(): Promise<boolean> {
    const keys = await this.database.affected(
      `DELETE FROM platform.idempotency_keys WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM platform.idempotency_keys WHERE created_at < now() - $1 * interval '1 hour' LIMIT $2))`,
      [KEYS_KEPT_HOURS, BATCH_ROWS],
    );
    const messages = await this.inbox.deleteOlderThan({ days: INBOX_KEPT_DAYS, limit: BATCH_ROWS });
    const entries = await this.database.affected(
      `DELETE FROM platform.audit_trail WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM platform.audit_trail WHERE at < now() - $1 * interval '1 day' ORDER BY at LIMIT $2))`,
      [this.settings.housekeeping.auditTrailKeptDays, BATCH_ROWS],
    );
    const counters = await this.database.affected(
      `DELETE FROM platform.rate_limits WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM platform.rate_limits WHERE expire < $1 LIMIT $2)) AND expire < $1`,
      [Date.now(), BATCH_ROWS],
    );
    return [keys, messages, entries, counters].includes(BATCH_ROWS);
  }
}

@Module({ providers: [HousekeepingSchedule] })
export class HousekeepingModule {}
