import { Injectable } from '@nestjs/common';
import { Settings } from '@app/platform/config/settings.js';
import { Database } from '@app/platform/persistence/database.js';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { ClsService } from 'nestjs-cls';

/** Few enough to be over in well under a second. */
const BATCH_ROWS = 5_000;

/** Deletes sessions that have expired. Any number of workers share the work. */
@Injectable()
export class SessionRetentionSchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly database: Database,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }

  protected async work(): Promise<boolean> {
    const deleted = await this.database.affected(
      `DELETE FROM auth.sessions WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM auth.sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [new Date(), BATCH_ROWS],
    );
    return deleted === BATCH_ROWS;
  }
}
