import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { MAIL_SEARCHES } from '../mail-lanes.js';

const DAY_MS = 24 * 3_600_000;
/** Small enough that no request waits for it. */
const BATCH_ROWS = 1_000;
/** Where more is old than so many batches, the next run continues, so that no lease ends. */
const MAX_BATCHES = 500;

/** Deletes mails that ended long ago. One that waits is never deleted. */
@Job('notifications.delete-old-mails', { lane: MAIL_SEARCHES })
export class DeleteOldMails implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly mails: Mails,
    private readonly clock: Clock,
    private readonly settings: NotificationsSettings,
  ) {
    this.everyMs = settings.ticks.deleteOldMailsMs;
  }

  async run(): Promise<void> {
    const requestedBefore = new Date(this.clock.now().getTime() - this.settings.mailsKeptDays * DAY_MS);
    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      if ((await this.mails.delete({ requestedBefore, limit: BATCH_ROWS })) < BATCH_ROWS) return;
    }
  }
}
