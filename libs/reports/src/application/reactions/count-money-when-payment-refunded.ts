import { PaymentRefunded } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(PaymentRefunded, { queue: 'reports.count-money-when-payment-refunded' })
export class CountMoneyWhenPaymentRefunded implements Reaction<PaymentRefunded> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { refundId, paymentId, reservationId, amount } }: PaymentRefunded, { time: at, sequence }: EventContext): Promise<void> {
    return this.facts.saveMoney({
      id: refundId,
      paymentId,
      reservationId,
      amount: -amount.amount,
      currency: amount.currency,
      at,
      sequence,
    });
  }
}
