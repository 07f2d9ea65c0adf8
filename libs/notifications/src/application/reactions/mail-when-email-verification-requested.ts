import { EmailVerificationRequested } from '@app/contracts/auth.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { MailRequests } from '../mail-requests.js';

@Subscribe(EmailVerificationRequested, { queue: 'notifications.mail-when-email-verification-requested' })
export class MailWhenEmailVerificationRequested implements Reaction<EmailVerificationRequested> {
  constructor(private readonly requests: MailRequests) {}

  handle({ data: { userId, requestId } }: EmailVerificationRequested): Promise<void> {
    return this.requests.request({ kind: 'email-verification', factId: requestId, userId, reservationId: null, facts: {} });
  }
}
