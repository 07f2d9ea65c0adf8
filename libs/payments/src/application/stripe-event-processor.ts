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
  afterFailure,
  afterProcessing,
  isBeingChecked,
  NEW_EVENT,
  type StripeEventOutcome,
  type StripeEventProgress,
} from '../domain/stripe-event.js';
import { type StripeEventWithStatus, type StripeEvent, StripeEvents } from '../domain/stripe-events.js';
import type { DisputeFact, IntentFact, NamedObjects, RefundFact, StripeFact } from '../domain/stripe-facts.js';
import { StripeSync } from './stripe-sync.js';

const APPLIED: StripeEventOutcome = { status: 'applied', note: null };
const OF_NO_USE: StripeEventOutcome = { status: 'ignored', note: 'of no type or no account that matters here' };
const NOT_OURS: StripeEventOutcome = { status: 'ignored', note: 'not about a payment of ours' };

/** A refund or a dispute, whose intent may be known by its charge only. */
type FactOfCharge = Exclude<StripeFact, IntentFact>;

/** What Stripe said of the charge of an event: its intent, or that it has none. */
interface AskedCharge {
  readonly intentId: string | null;
}

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
      // The row is this transaction's own: nobody else can lock it.
      if (await this.stripeEvents.store(event)) await this.applyLocked({ ...event, ...NEW_EVENT }, null);
    });
  }

  /** Applies a stored event. An error undoes only this, is kept with the event, and makes it due again. Throws `WebhookNotFound`, `WebhookBodyDeleted`. */
  async apply(eventId: string): Promise<StripeEventProgress> {
    return this.transactions.run(async () => {
      const event = await this.stripeEvents.lock(eventId);
      if (event === null) throw new WebhookNotFound();
      if (event.body === null) throw new WebhookBodyDeleted();
      return this.applyLocked({ ...event, body: event.body }, null);
    });
  }

  /** Applies an event that names only its charge, unless it has ended while Stripe was asked. */
  async applyWithCharge(eventId: string, charge: AskedCharge): Promise<void> {
    await this.transactions.run(async () => {
      const event = await this.stripeEvents.lock(eventId);
      if (event !== null && isBeingChecked(event) && event.body !== null) await this.applyLocked({ ...event, body: event.body }, charge);
    });
  }

  private async applyLocked(event: StripeEventWithStatus, charge: AskedCharge | null): Promise<StripeEventProgress> {
    try {
      const progress = afterProcessing(event, await this.transactions.savepoint(() => this.process(event, charge)));
      await this.stripeEvents.update(event.id, progress);
      return progress;
    } catch (error) {
      return await this.keepError(event, error);
    }
  }

  /** Without a database this fails too; then the webhook is answered with 503, and Stripe sends the event again. */
  private async keepError(event: StripeEventWithStatus, error: unknown): Promise<StripeEventProgress> {
    const { id, type } = event;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const progress = afterFailure(event, reason, { isUnreadable: error instanceof UnreadableEvent });
    await this.stripeEvents.update(id, progress);
    if (progress.status === 'parked')
      this.alerts.raise(STRIPE_EVENT_PARKED, 'A Stripe event could not be applied and is left to a person', { id, type, reason });
    return progress;
  }

  private async process(event: StripeEventWithStatus, charge: AskedCharge | null): Promise<StripeEventOutcome> {
    try {
      const fact = this.cards.factOf(event);
      if (fact === null) return OF_NO_USE;
      return fact.kind === 'intent' ? await this.applyIntent(event.id, fact) : await this.applyFactOfCharge(event, fact, charge);
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      // The account is shared with other systems: what is not about our objects may hold anything.
      const named = this.cards.namedIn(event);
      const isOurs = await this.namesOurs({ ...named, intentId: named.intentId ?? charge?.intentId ?? null });
      if (isOurs) throw error;
      return this.notOurs(event, named, charge);
    }
  }

  private async namesOurs({ intentId, paymentId, refundId }: NamedObjects): Promise<boolean> {
    if (paymentId !== null && (await this.payments.has(paymentId))) return true;
    return (await this.paymentOfRefund({ intentId, refundId })) !== null;
  }

  private async applyFactOfCharge(
    event: StripeEventWithStatus,
    fact: FactOfCharge,
    charge: AskedCharge | null,
  ): Promise<StripeEventOutcome> {
    const intentId = fact.intentId ?? charge?.intentId ?? null;
    const paymentId = await this.paymentOfRefund({ intentId, refundId: fact.kind === 'refund' ? fact.refundId : null });
    if (paymentId === null) return this.notOurs(event, fact, charge);
    const isOfOurMode = this.isOfOurMode(event);
    if (fact.kind === 'refund') await this.applyRefund(fact, paymentId, { isOfOurMode });
    else if (fact.kind === 'refunds-changed') await this.enqueueListing(paymentId);
    else await this.recordDispute(fact, paymentId, { isOfOurMode });
    return APPLIED;
  }

  /** Where only the charge is named, as by older API versions, Stripe must be asked first. */
  private async notOurs(
    { id }: StripeEventWithStatus,
    { intentId, chargeId }: Pick<NamedObjects, 'intentId' | 'chargeId'>,
    charge: AskedCharge | null,
  ): Promise<StripeEventOutcome> {
    if (intentId !== null || chargeId === null || charge !== null) return NOT_OURS;
    await this.jobs.enqueue([{ kind: 'payments.ask-for-charge', subject: id }]);
    return { status: 'checking', note: 'names only its charge' };
  }

  /** Whether it says of real money what our key is for. An intent says it itself, and is compared with it. */
  private isOfOurMode({ livemode }: StripeEventWithStatus): boolean {
    return livemode === this.cards.livemode;
  }

  private async applyIntent(eventId: string, fact: IntentFact): Promise<StripeEventOutcome> {
    const outcome = await this.sync.applyIntent(fact, 'event');
    if (outcome === 'unknown') return NOT_OURS;
    if (outcome !== 'doubtful') return APPLIED;
    await this.jobs.enqueue([{ kind: 'payments.check-stripe-event', subject: eventId }]);
    return { status: 'checking', note: 'does not say what we asked for' };
  }

  /** An event is believed only about a refund exactly as we requested it. For any other refund Stripe is asked for its list. */
  private async applyRefund(fact: RefundFact, paymentId: string, { isOfOurMode }: { isOfOurMode: boolean }): Promise<void> {
    const payment = new Payment(await this.payments.get(paymentId));
    if (isOfOurMode && payment.expects(fact)) await this.sync.applyRefunds(paymentId, [fact]);
    else await this.enqueueListing(paymentId);
  }

  /** Where the event is of test money and our key of real money, or the reverse, Stripe is asked about the dispute. */
  private async recordDispute(fact: DisputeFact, paymentId: string, { isOfOurMode }: { isOfOurMode: boolean }): Promise<void> {
    if (isOfOurMode) await this.sync.applyDispute(fact, paymentId);
    else await this.jobs.enqueue([{ kind: 'payments.check-dispute', subject: fact.disputeId }]);
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
