import { Alerts } from '@app/kernel/alerts.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { DISPUTE_MISSING, STRIPE_EVENT_DISAGREES } from '../../domain/alert-codes.js';
import { CardPayments, CardRefused } from '../../domain/card-payments.js';
import { BY_EVENT, Disputes, type DisputeState } from '../../domain/disputes.js';
import { Payments } from '../../domain/payments.js';
import type { DisputeFact } from '../../domain/stripe-facts.js';
import { IntentsOfCharges } from '../intents-of-charges.js';
import { REQUESTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/**
 * Asks Stripe about a dispute: when an event contradicts its decision or is of the other mode, and when it may have changed without an event. The
 * subject is Stripe's id of the dispute. One over money that is not ours is left alone. Where Stripe does not know it, a person must look at it, and
 * nothing is changed.
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
    if (truth === null) return this.raise(disputeId, known);
    const paymentId = known?.paymentId ?? (await this.paymentOf(truth));
    const source = known === null ? BY_EVENT : { statusWhenAsked: known.status };
    if (paymentId !== null) await this.sync.applyDispute(truth, paymentId, source);
  }

  private raise(disputeId: string, known: DisputeState | null): void {
    if (known === null) return this.alerts.raise(STRIPE_EVENT_DISAGREES, 'Stripe does not know the dispute of an event', { disputeId });
    const { paymentId, status } = known;
    this.alerts.raise(DISPUTE_MISSING, 'Stripe does not know a dispute of ours', { paymentId, disputeId, status });
  }

  private async paymentOf(dispute: DisputeFact): Promise<string | null> {
    const [{ intentId }] = (await this.intents.complete([dispute])) as [DisputeFact];
    return intentId === null ? null : this.payments.idOfIntent(intentId);
  }

  /** Returns null where Stripe does not know the dispute. */
  private async ask(disputeId: string): Promise<DisputeFact | null> {
    try {
      return await this.cards.dispute(disputeId);
    } catch (error) {
      if (error instanceof CardRefused && error.isMissing) return null;
      throw error;
    }
  }
}
