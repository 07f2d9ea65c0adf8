import { DisputeClosed } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { idOfDispute, ReportFacts } from '../../domain/report-facts.js';

@Subscribe(DisputeClosed, { queue: 'reports.count-lost-money-when-dispute-closed' })
export class CountLostMoneyWhenDisputeClosed implements Reaction<DisputeClosed> {
  constructor(private readonly facts: ReportFacts) {}

  /** The last decision counts. Money that a bank holds while it decides, and the fees of Stripe, are not counted. */
  async handle({ data }: DisputeClosed, { time: at, sequence }: EventContext): Promise<void> {
    const { disputeId, paymentId, reservationId, amount, outcome } = data;
    const lost = data.lost?.amount ?? (outcome === 'lost' ? amount.amount : 0);
    await this.facts.saveMoney({
      id: idOfDispute(disputeId),
      paymentId,
      reservationId,
      amount: lost === 0 ? 0 : -lost,
      currency: amount.currency,
      at,
      sequence,
      lostInDispute: true,
    });
  }
}
