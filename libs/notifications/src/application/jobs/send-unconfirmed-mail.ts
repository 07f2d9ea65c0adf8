import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { SEARCHES } from '../lanes.js';

/** Has a mail sent again that the mail server may have taken, hours later: a job that runs cannot put itself off, so this one is enqueued with a delay. */
@Job('notifications.send-unconfirmed-mail', { lane: SEARCHES })
export class SendUnconfirmedMail implements JobHandler {
  constructor(private readonly jobs: Jobs) {}

  async run(subject: string): Promise<void> {
    await this.jobs.enqueue([{ kind: 'notifications.send-mail', subject }]);
  }
}
