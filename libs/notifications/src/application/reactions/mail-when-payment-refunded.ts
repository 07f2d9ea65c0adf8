import { PaymentRefunded } from '@app/contracts/payments.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { MailRequests } from '../mail-requests.js';

@Subscribe(PaymentRefunded, { queue: 'notifications.mail-when-payment-refunded' })
export class MailWhenPaymentRefunded implements Reaction<PaymentRefunded> {
  constructor(private readonly requests: MailRequests) {}

  handle({ data: { refundId: factId, paymentId, reservationId, amount } }: PaymentRefunded): Promise<void> {
    return this.requests.request({ kind: 'refund-arrived', factId, reservationId, userId: null, facts: { amount, paymentId } });
  }
}
