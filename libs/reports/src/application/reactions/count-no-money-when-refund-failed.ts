import { RefundFailed } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(RefundFailed, { queue: 'reports.count-no-money-when-refund-failed' })
export class CountNoMoneyWhenRefundFailed implements Reaction<RefundFailed> {
  constructor(private readonly facts: ReportFacts) {}

  /** A bank can send money back that Stripe had reported as returned. */
  handle({ data: { refundId, paymentId, reservationId, amount } }: RefundFailed, { time: at, sequence }: EventContext): Promise<void> {
    return this.facts.saveMoney({ id: refundId, paymentId, reservationId, amount: 0, currency: amount.currency, at, sequence });
  }
}
