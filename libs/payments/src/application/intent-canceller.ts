import { Injectable } from '@nestjs/common';
import { CardPayments, CardRefused, OutcomeUnknown } from '../domain/card-payments.js';
import type { IntentFact } from '../domain/stripe-facts.js';
import { StripeSync } from './stripe-sync.js';

/** Cancels intents that nobody may pay any more. */
@Injectable()
export class IntentCanceller {
  constructor(
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
  ) {}

  /**
   * Cancels an intent at Stripe. Where it has just succeeded instead, that is applied. Throws `OutcomeUnknown` while it can neither be cancelled nor
   * has ended, because a bank has not answered yet.
   */
  async cancel(intentId: string): Promise<void> {
    const fact = await this.request(intentId);
    await this.sync.applyIntent(fact, 'stripe');
    if (fact.status !== 'cancelled' && fact.status !== 'succeeded') throw new OutcomeUnknown(`Intent ${intentId} cannot be cancelled yet`);
  }

  private async request(intentId: string): Promise<IntentFact> {
    try {
      return await this.cards.cancelIntent(intentId);
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error;
      return this.cards.intent(intentId);
    }
  }
}
