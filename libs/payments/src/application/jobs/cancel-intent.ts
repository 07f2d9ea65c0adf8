import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { CardPayments, CardRefused, OutcomeUnknown } from '../../domain/card-payments.js';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { REQUESTS } from '../stripe-lanes.js';
import { StripeSync } from '../stripe-sync.js';

/** Cancels an intent at Stripe. Where it has just succeeded instead, that is applied. The subject is the intent's id. */
@Job('payments.cancel-intent', { lane: REQUESTS })
export class CancelIntent implements JobHandler {
  constructor(
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
  ) {}

  /** Throws `OutcomeUnknown` while the intent can neither be cancelled nor has ended, because a bank has not answered yet. */
  async run(intentId: string): Promise<void> {
    const fact = await this.cancel(intentId);
    await this.sync.applyIntent(fact, 'stripe');
    if (fact.status !== 'cancelled' && fact.status !== 'succeeded') throw new OutcomeUnknown(`Intent ${intentId} cannot be cancelled yet`);
  }

  private async cancel(intentId: string): Promise<IntentFact> {
    try {
      return await this.cards.cancelIntent(intentId);
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error;
      return this.cards.intent(intentId);
    }
  }
}
