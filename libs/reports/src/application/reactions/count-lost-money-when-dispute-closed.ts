import { DisputeClosed } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(DisputeClosed, { queue: 'reports.count-lost-money-when-dispute-closed' })
export class CountLostMoneyWhenDisputeClosed implements Reaction<DisputeClosed> {
  constructor(private readonly facts: ReportFacts) {}

  /** A dispute is closed once. Money that a bank holds while it decides, and its fees, are not counted. */
  async handle({ data }: DisputeClosed, { id, time: at, sequence }: EventContext): Promise<void> {
    const { paymentId, reservationId, amount, outcome } = data;
    if (outcome === 'won') return;
    await this.facts.saveMoney({
      id,
      paymentId,
      reservationId,
      amount: -amount.amount,
      currency: amount.currency,
      at,
      sequence,
      lostInDispute: true,
    });
  }
}
