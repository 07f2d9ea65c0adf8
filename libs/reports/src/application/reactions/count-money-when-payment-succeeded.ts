import { PaymentSucceeded } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(PaymentSucceeded, { queue: 'reports.count-money-when-payment-succeeded' })
export class CountMoneyWhenPaymentSucceeded implements Reaction<PaymentSucceeded> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { paymentId, reservationId, amount } }: PaymentSucceeded, { id, time: at, sequence }: EventContext): Promise<void> {
    return this.facts.saveMoney({ id, paymentId, reservationId, ...amount, at, sequence });
  }
}
