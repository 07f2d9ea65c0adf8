import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { SEARCHES } from '../lanes.js';

const DAY_MS = 24 * 3_600_000;
/** Small enough that no request waits for it. */
const BATCH_ROWS = 1_000;
/** Where more is old than so many batches, the next run continues, so that no lease ends. */
const MAX_BATCHES = 500;

/** Deletes mails that ended long ago. One that waits is never deleted. */
@Job('notifications.delete-old-mails', { lane: SEARCHES })
export class DeleteOldMails implements JobHandler {
  readonly everyMs: number;
  /** Also for the operator's `retention`. */
  readonly rules: readonly { readonly table: string; readonly batchRows: number; deleteBatch(this: void): Promise<number> }[];

  constructor(mails: Mails, clock: Clock, settings: NotificationsSettings) {
    this.everyMs = settings.ticks.deleteOldMailsMs;
    const requestedBefore = (): Date => new Date(clock.now().getTime() - settings.mailsKeptDays * DAY_MS);
    const deleteBatch = (): Promise<number> => mails.delete({ requestedBefore: requestedBefore(), limit: BATCH_ROWS });
    this.rules = [{ table: 'notifications.mails', batchRows: BATCH_ROWS, deleteBatch }];
  }

  async run(): Promise<void> {
    for (const { batchRows, deleteBatch } of this.rules)
      for (let batch = 0; batch < MAX_BATCHES; batch++) if ((await deleteBatch()) < batchRows) break;
  }
}
