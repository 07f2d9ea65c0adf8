import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { STRIPE_EVENT_PARKED } from '../domain/alert-codes.js';
import { CardPayments, UnreadableEvent } from '../domain/card-payments.js';
import { RefundNotFound, WebhookBodyDeleted, WebhookNotFound } from '../domain/errors.js';
import { Payment } from '../domain/payment.js';
import { Payments } from '../domain/payments.js';
import {
  type StripeEventWithStatus,
  type StripeEvent,
  type StripeEventOutcome,
  StripeEvents,
  type StripeEventStatus,
} from '../domain/stripe-events.js';
import type { DisputeFact, IntentFact, RefundFact, RefundsChangedFact, StripeFact } from '../domain/stripe-facts.js';
import { StripeSync } from './stripe-sync.js';

type Outcome = StripeEventOutcome & { readonly status: Exclude<StripeEventStatus, 'failed'> };

const APPLIED: Outcome = { status: 'applied', note: null };
const OF_NO_USE: Outcome = { status: 'ignored', note: 'of no type or no account that matters here' };
const NOT_OURS: Outcome = { status: 'ignored', note: 'not about a payment of ours' };

/** Stores Stripe's events and applies them. */
@Injectable()
export class StripeEventProcessor {
  constructor(
    private readonly transactions: Transactions,
    private readonly stripeEvents: StripeEvents,
    private readonly payments: Payments,
    private readonly jobs: Jobs,
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
  ) {}

  /** Stores and applies an event in one transaction. An event that is stored already changes nothing. */
  async receive(event: StripeEvent): Promise<void> {
    await this.transactions.run(async () => {
      if (await this.stripeEvents.store(event)) await this.apply(event.id);
    });
  }

  /** Applies a stored event. An error undoes only this, is kept with the event, and makes it due again. Throws `WebhookNotFound`, `WebhookBodyDeleted`. */
  async apply(eventId: string): Promise<StripeEventOutcome> {
    return this.transactions.run(async () => {
      const event = await this.stripeEvents.lock(eventId);
      if (event === null) throw new WebhookNotFound();
      if (event.body === null) throw new WebhookBodyDeleted();
      try {
        const outcome = await this.transactions.savepoint(() => this.process(event));
        await this.stripeEvents.mark(eventId, outcome);
        return outcome;
      } catch (error) {
        return await this.keepError(event, error);
      }
    });
  }

  /** Without a database this fails too; then the webhook is answered with 503, and Stripe sends the event again. */
  private async keepError({ id, type }: StripeEventWithStatus, error: unknown): Promise<StripeEventOutcome> {
    const note = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const isUnreadable = error instanceof UnreadableEvent;
    if (isUnreadable) await this.stripeEvents.mark(id, { status: 'parked', note });
    const parked = isUnreadable || (await this.stripeEvents.fail(id, note)).parked;
    if (parked)
      this.alerts.raise(STRIPE_EVENT_PARKED, 'A Stripe event could not be applied and is left to a person', { id, type, reason: note });
    return { status: parked ? 'parked' : 'failed', note };
  }

  private async process(event: StripeEventWithStatus): Promise<Outcome> {
    try {
      const fact = this.cards.factOf(event);
      return fact === null ? OF_NO_USE : await this.applyFact(event, fact);
    } catch (error) {
      // The account is shared with other systems: what is not about our objects may hold anything.
      if (error instanceof UnreadableEvent && !(await this.namesOurs(event))) return NOT_OURS;
      throw error;
    }
  }

  private async namesOurs(event: StripeEventWithStatus): Promise<boolean> {
    const { intentId, paymentId, refundId } = this.cards.namedIn(event);
    if (paymentId !== null && (await this.payments.has(paymentId))) return true;
    return (await this.paymentOfRefund({ intentId, refundId })) !== null;
  }

  private async applyFact(event: StripeEventWithStatus, fact: StripeFact): Promise<Outcome> {
    switch (fact.kind) {
      case 'intent':
        return this.applyIntent(event.id, fact);
      case 'refund':
        return this.applyRefund(fact, { isOfOurMode: this.isOfOurMode(event) });
      case 'refunds-changed':
        return this.listRefunds(fact);
      case 'dispute':
        return this.recordDispute(fact, { isOfOurMode: this.isOfOurMode(event) });
    }
  }

  /** Whether it says of real money what our key is for. An intent says it itself, and is compared with it. */
  private isOfOurMode({ livemode }: StripeEventWithStatus): boolean {
    return livemode === this.cards.livemode;
  }

  private async applyIntent(eventId: string, fact: IntentFact): Promise<Outcome> {
    const outcome = await this.sync.applyIntent(fact, 'event');
    if (outcome === 'unknown') return NOT_OURS;
    if (outcome !== 'doubtful') return APPLIED;
    await this.jobs.enqueue([{ kind: 'payments.check-stripe-event', subject: eventId }]);
    return { status: 'checking', note: 'does not say what we asked for' };
  }

  /** An event is believed only about a refund exactly as we requested it. For any other refund Stripe is asked for its list. */
  private async applyRefund(fact: RefundFact, { isOfOurMode }: { isOfOurMode: boolean }): Promise<Outcome> {
    const paymentId = await this.paymentOfRefund(fact);
    if (paymentId === null) return NOT_OURS;
    const payment = new Payment(await this.payments.get(paymentId));
    if (isOfOurMode && payment.expects(fact)) await this.sync.applyRefunds(paymentId, [fact]);
    else await this.enqueueListing(paymentId);
    return APPLIED;
  }

  private async listRefunds({ intentId }: RefundsChangedFact): Promise<Outcome> {
    const paymentId = intentId === null ? null : await this.payments.idOfIntent(intentId);
    if (paymentId === null) return NOT_OURS;
    await this.enqueueListing(paymentId);
    return APPLIED;
  }

  /** Throws `UnreadableEvent`, so that a person looks at it, where the event is of test money and our key of real money, or the reverse. */
  private async recordDispute(fact: DisputeFact, { isOfOurMode }: { isOfOurMode: boolean }): Promise<Outcome> {
    const paymentId = fact.intentId === null ? null : await this.payments.idOfIntent(fact.intentId);
    if (paymentId === null) return NOT_OURS;
    if (!isOfOurMode) throw new UnreadableEvent('livemode is not that of our key');
    await this.sync.applyDispute(fact, paymentId);
    return APPLIED;
  }

  private async enqueueListing(paymentId: string): Promise<void> {
    await this.jobs.enqueue([{ kind: 'payments.list-refunds', subject: paymentId }]);
  }

  private async paymentOfRefund({ intentId, refundId }: Pick<RefundFact, 'intentId' | 'refundId'>): Promise<string | null> {
    const byIntent = intentId === null ? null : await this.payments.idOfIntent(intentId);
    if (byIntent !== null || refundId === null) return byIntent;
    try {
      return await this.payments.idOfRefund(refundId);
    } catch (error) {
      if (error instanceof RefundNotFound) return null;
      throw error;
    }
  }
}
