import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { INTENT_MISSING } from '../domain/alert-codes.js';
import { CardPayments, CardRefused, OutcomeUnknown } from '../domain/card-payments.js';
import { Payments } from '../domain/payments.js';
import type { IntentFact } from '../domain/stripe-facts.js';
import { IntentOpener } from './intent-opener.js';
import { StripeSync } from './stripe-sync.js';

/** Cancels intents that may no longer be paid. */
@Injectable()
export class IntentCanceller {
  constructor(
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
    private readonly payments: Payments,
    private readonly opener: IntentOpener,
    private readonly alerts: Alerts,
  ) {}

  /** Cancels the intent of a payment that is no longer needed; one that has ended stays as it is. Throws `OutcomeUnknown` as `cancel` does. */
  async cancelPayment(paymentId: string): Promise<void> {
    // Its request may have made an intent without telling us. Only the same request under the same key finds that intent.
    await this.opener.openOrGiveUp(paymentId);
    const { status, intentId } = await this.payments.get(paymentId);
    if (status === 'cancelled' || status === 'succeeded' || intentId === null) return;
    await this.cancel(intentId);
  }

  /**
   * Cancels an intent at Stripe. Where it has just succeeded instead, that is applied. Throws `OutcomeUnknown` while it can neither be cancelled nor
   * has ended, because a bank has not answered yet. Where Stripe does not know it, its payment is cancelled; money that still arrives is received.
   */
  async cancel(intentId: string): Promise<void> {
    const fact = await this.request(intentId);
    if (fact === null) return this.cancelMissing(intentId);
    await this.sync.applyIntent(fact, 'stripe');
    if (fact.status !== 'cancelled' && fact.status !== 'succeeded') throw new OutcomeUnknown(`Intent ${intentId} cannot be cancelled yet`);
  }

  /** Returns null where Stripe does not know the intent. */
  private async request(intentId: string): Promise<IntentFact | null> {
    try {
      return await this.cards.cancelIntent(intentId);
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error;
      return this.find(intentId);
    }
  }

  private async find(intentId: string): Promise<IntentFact | null> {
    try {
      return await this.cards.intent(intentId);
    } catch (error) {
      if (error instanceof CardRefused && error.isMissing) return null;
      throw error;
    }
  }

  private async cancelMissing(intentId: string): Promise<void> {
    const paymentId = await this.payments.idOfIntent(intentId);
    if (paymentId === null) return;
    const hasChanged = await this.payments.change(paymentId, (payment) => {
      payment.cancel(intentId);
      return payment.hasChanged;
    });
    if (hasChanged)
      this.alerts.raise(INTENT_MISSING, 'Stripe does not know an intent of ours, so its payment is cancelled', { paymentId, intentId });
  }
}
