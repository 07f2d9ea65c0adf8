import { Clock } from '@app/kernel/clock.js';
import { deleteOldRows, type RetentionRule } from '@app/platform/jobs/delete-old-rows.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { SEARCHES } from '../lanes.js';

const DAY_MS = 24 * 3_600_000;
/** Small enough that no request waits for it. */
const BATCH_ROWS = 1_000;

/** Deletes mails that ended long ago. One that waits is never deleted. */
@Job('notifications.delete-old-mails', { lane: SEARCHES })
export class DeleteOldMails implements JobHandler {
  readonly everyMs: number;
  /** Also for the operator's `retention`. */
  readonly rules: readonly RetentionRule[];

  constructor(mails: Mails, clock: Clock, settings: NotificationsSettings) {
    this.everyMs = settings.ticks.deleteOldMailsMs;
    const requestedBefore = (): Date => new Date(clock.now().getTime() - settings.mailsKeptDays * DAY_MS);
    const deleteBatch = (): Promise<number> => mails.delete({ requestedBefore: requestedBefore(), limit: BATCH_ROWS });
    this.rules = [{ table: 'notifications.mails', batchRows: BATCH_ROWS, deleteBatch }];
  }

  run(): Promise<void> {
    return deleteOldRows(this.rules);
  }
}
