import { RefundPaidOut } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { idOfPayOut, ReportFacts } from '../../domain/report-facts.js';

@Subscribe(RefundPaidOut, { queue: 'reports.count-money-when-refund-paid-out' })
export class CountMoneyWhenRefundPaidOut implements Reaction<RefundPaidOut> {
  constructor(private readonly facts: ReportFacts) {}

  /** Beside the refund itself: Stripe may still give it back. */
  handle({ data: { refundId, paymentId, reservationId, amount } }: RefundPaidOut, { time: at, sequence }: EventContext): Promise<void> {
    const ids = { id: idOfPayOut(refundId), paymentId, reservationId };
    return this.facts.saveMoney({ ...ids, amount: -amount.amount, currency: amount.currency, at, sequence });
  }
}
