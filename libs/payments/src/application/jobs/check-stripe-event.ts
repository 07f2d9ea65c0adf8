import { Alerts } from '@app/kernel/alerts.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { STRIPE_EVENT_DISAGREES } from '../../domain/alert-codes.js';
import { CardPayments, CardRefused } from '../../domain/card-payments.js';
import { afterCheck, isBeingChecked, type StripeEventProgress } from '../../domain/stripe-event.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { REQUESTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/** Asks Stripe about an event that does not fit its payment. What Stripe answers is applied, and the event is parked. The subject is the event's id. */
@Job('payments.check-stripe-event', { lane: REQUESTS })
export class CheckStripeEvent implements JobHandler {
  constructor(
    private readonly transactions: Transactions,
    private readonly stripeEvents: StripeEvents,
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
  ) {}

  async run(eventId: string): Promise<void> {
    const event = await this.stripeEvents.find(eventId);
    if (event === null || !isBeingChecked(event) || event.body === null) return;
    const claim = this.cards.factOf(event);
    if (claim?.kind !== 'intent') return;
    const truth = await this.ask(claim.intentId);
    await this.transactions.run(async () => {
      // Locks are taken in one order everywhere: the event before its payment.
      const locked = await this.stripeEvents.lock(eventId);
      if (locked === null || !isBeingChecked(locked)) return;
      const outcome = truth === null ? 'unknown' : await this.sync.applyIntent(truth, 'stripe');
      const isTrue = truth !== null && saysTheSame(claim, truth);
      const progress = afterCheck(locked, { isTrue, isOfSecondIntent: outcome === 'surplus' });
      await this.stripeEvents.update(eventId, progress);
      if (progress.status === 'parked') this.raise(eventId, claim, progress);
    });
  }

  private async ask(intentId: string): Promise<IntentFact | null> {
    try {
      return await this.cards.intent(intentId);
    } catch (error) {
      if (error instanceof CardRefused) return null;
      throw error;
    }
  }

  private raise(eventId: string, { intentId, paymentId, amount }: IntentFact, { note }: StripeEventProgress): void {
    const details = { eventId, intentId, paymentId, amount, note };
    this.alerts.raise(STRIPE_EVENT_DISAGREES, 'A Stripe event disagrees with its payment', details);
  }
}

function saysTheSame(claim: IntentFact, truth: IntentFact): boolean {
  return (
    claim.amount.amount === truth.amount.amount &&
    claim.amount.currency === truth.amount.currency &&
    claim.livemode === truth.livemode &&
    (claim.status !== 'succeeded' || (truth.status === 'succeeded' && claim.received === truth.received))
  );
}
