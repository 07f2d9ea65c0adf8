import { UnexpectedMoneyReceived } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(UnexpectedMoneyReceived, { queue: 'reports.count-money-when-unexpected-money-received' })
export class CountMoneyWhenUnexpectedMoneyReceived implements Reaction<UnexpectedMoneyReceived> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { paymentId, reservationId, amount } }: UnexpectedMoneyReceived, { id, time: at, sequence }: EventContext): Promise<void> {
    return this.facts.saveMoney({ id, paymentId, reservationId, ...amount, at, sequence });
  }
}
