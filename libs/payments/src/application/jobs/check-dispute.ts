import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { CardPayments, CardRefused } from '../../domain/card-payments.js';
import { Disputes } from '../../domain/disputes.js';
import type { DisputeFact } from '../../domain/stripe-facts.js';
import { REQUESTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/** Asks Stripe about a dispute: when an event contradicts its decision, and when it may have changed without an event. The subject is Stripe's id of the dispute. */
@Job('payments.check-dispute', { lane: REQUESTS })
export class CheckDispute implements JobHandler {
  constructor(
    private readonly disputes: Disputes,
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
  ) {}

  async run(disputeId: string): Promise<void> {
    const known = await this.disputes.find(disputeId);
    if (known === null) return;
    const truth = await this.ask(disputeId);
    if (truth !== null) await this.sync.applyDispute(truth, known.paymentId, { statusWhenAsked: known.status });
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
