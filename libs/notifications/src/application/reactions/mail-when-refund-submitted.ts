import { RefundSubmitted } from '@app/contracts/payments.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { MailRequests } from '../mail-requests.js';

@Subscribe(RefundSubmitted, { queue: 'notifications.mail-when-refund-submitted' })
export class MailWhenRefundSubmitted implements Reaction<RefundSubmitted> {
  constructor(private readonly requests: MailRequests) {}

  handle({ data: { refundId: factId, paymentId, reservationId, amount } }: RefundSubmitted): Promise<void> {
    return this.requests.request({ kind: 'refund-submitted', factId, reservationId, userId: null, facts: { amount, paymentId } });
  }
}
