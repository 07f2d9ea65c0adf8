import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { MAILS } from '../lanes.js';
import { MailDelivery } from '../mail-delivery.js';

/** Sends a requested mail. The subject is the mail's id. */
@Job('notifications.send-mail', { lane: MAILS })
export class SendMail implements JobHandler {
  constructor(private readonly delivery: MailDelivery) {}

  run(mailId: string): Promise<void> {
    return this.delivery.send(mailId);
  }
}
