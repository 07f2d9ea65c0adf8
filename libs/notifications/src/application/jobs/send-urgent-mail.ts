import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { URGENT_MAILS } from '../lanes.js';
import { MailDelivery } from '../mail-delivery.js';

/** Sends a mail that a person waits for, beside the others: after a bulk cancellation those need an hour, and a link for a new password ends before. */
@Job('notifications.send-urgent-mail', { lane: URGENT_MAILS })
export class SendUrgentMail implements JobHandler {
  constructor(private readonly delivery: MailDelivery) {}

  run(mailId: string): Promise<void> {
    return this.delivery.send(mailId);
  }
}
