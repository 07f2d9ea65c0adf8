import { PasswordResetRequested } from '@app/contracts/auth.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { MailRequests } from '../mail-requests.js';

@Subscribe(PasswordResetRequested, { queue: 'notifications.mail-when-password-reset-requested' })
export class MailWhenPasswordResetRequested implements Reaction<PasswordResetRequested> {
  constructor(private readonly requests: MailRequests) {}

  handle({ data: { userId, requestId } }: PasswordResetRequested): Promise<void> {
    return this.requests.request({ kind: 'password-reset', factId: requestId, userId, reservationId: null, facts: {} });
  }
}
