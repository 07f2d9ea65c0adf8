import { Alerts } from '@app/kernel/alerts.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { STRIPE_EVENT_DISAGREES } from '../../domain/alert-codes.js';
import { CardPayments, CardRefused } from '../../domain/card-payments.js';
import { BY_EVENT, Disputes } from '../../domain/disputes.js';
import { Payments } from '../../domain/payments.js';
import type { DisputeFact } from '../../domain/stripe-facts.js';
import { IntentsOfCharges } from '../intents-of-charges.js';
import { REQUESTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/**
 * Asks Stripe about a dispute: when an event contradicts its decision or is of the other mode, and when it may have changed without an event. The
 * subject is Stripe's id of the dispute. One over money that is not ours is left alone; where neither Stripe nor we know it, a person must look at the event.
 */
@Job('payments.check-dispute', { lane: REQUESTS })
export class CheckDispute implements JobHandler {
  constructor(
    private readonly disputes: Disputes,
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly intents: IntentsOfCharges,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
  ) {}

  async run(disputeId: string): Promise<void> {
    const known = await this.disputes.find(disputeId);
    const truth = await this.ask(disputeId);
    if (truth === null) {
      if (known === null) this.alerts.raise(STRIPE_EVENT_DISAGREES, 'Stripe does not know the dispute of an event', { disputeId });
      return;
    }
    const paymentId = known?.paymentId ?? (await this.paymentOf(truth));
    const source = known === null ? BY_EVENT : { statusWhenAsked: known.status };
    if (paymentId !== null) await this.sync.applyDispute(truth, paymentId, source);
  }

  private async paymentOf(dispute: DisputeFact): Promise<string | null> {
    const [{ intentId }] = (await this.intents.complete([dispute])) as [DisputeFact];
    return intentId === null ? null : this.payments.idOfIntent(intentId);
  }

  private async ask(disputeId: string): Promise<DisputeFact | null> {
    try {
      return await this.cards.dispute(disputeId);
    } catch (error) {
      if (error instanceof CardRefused) return null;
      throw error;
    }
  }
}
