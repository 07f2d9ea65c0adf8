import {
  PaymentCancelled,
  PaymentFailed,
  PaymentRefunded,
  PaymentStarted,
  PaymentSucceeded,
  RefundFailed,
  type RefundReason,
  RefundRequested,
  RefundSubmitted,
  UnexpectedMoneyReceived,
} from '@app/contracts/payments.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { RefundFact } from './stripe-facts.js';
import type { DueWork } from './due-rows.js';
import { NothingLeftToRefund, RefundNotFailed, RefundNotFound } from './errors.js';
import { isAboutEarlierAttempt, advances, findRefund, type RefundState, sumOf } from './refund.js';

/** `created`: not known to stand at Stripe yet. `failed`: a card was declined, the next may be tried. */
export type PaymentStatus = 'created' | 'open' | 'failed' | 'cancelled' | 'succeeded';

/** Facts only move a payment up, so that their order does not matter; money beats everything. */
const RANK: Record<PaymentStatus, number> = { created: 0, open: 1, failed: 2, cancelled: 3, succeeded: 4 };

export interface PaymentState extends AggregateState {
  readonly reservationId: string;
  readonly customerId: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: PaymentStatus;
  readonly intentId: string | null;
  /** What arrived, in `capturedCurrency`: that of the price unless something went wrong at Stripe. */
  readonly captured: number;
  readonly capturedCurrency: string;
  readonly refunded: number;
  readonly createdAt: Date;
  /** When the price was known to have arrived in full; null for money nobody asked for. */
  readonly settledAt: Date | null;
  readonly refunds: readonly RefundState[];
}

/** What a fact about a refund changed. */
export type RefundChange = 'nothing' | 'own' | 'external' | 'failed';

/** One attempt to pay one reservation, and what of it goes back. */
export class Payment extends AggregateRoot<PaymentState> {
  #due: DueWork[] = [];

  static start(request: { reservationId: string; customerId: string; amount: MoneyJson; now: Date }): Payment {
    const payment = new Payment(blank(request));
    if (request.amount.amount === 0) payment.settleWithoutStripe(request.now);
    else payment.due('open-payment', payment.id);
    return payment;
  }

  /** Money that came through another intent than the payment's own gets a row of its own, and goes back. */
  static surplus(of: PaymentState, intentId: string, money: MoneyJson, now: Date): Payment {
    const price = { amount: of.amount, currency: of.currency };
    const payment = new Payment(blank({ reservationId: of.reservationId, customerId: of.customerId, amount: price, now }));
    payment.receiveUnexpected(intentId, money, 'surplus-payment', now);
    return payment;
  }

  /** Hands over what the changes since loading made due; stored in the same transaction. */
  releaseDue(): DueWork[] {
    const due = this.#due;
    this.#due = [];
    return due;
  }

  get price(): MoneyJson {
    return { amount: this.state.amount, currency: this.state.currency };
  }

  get isUnfinished(): boolean {
    return RANK[this.state.status] < RANK.cancelled;
  }

  /** The price arrived, whatever went back of it since. */
  get isSettled(): boolean {
    return this.state.settledAt !== null;
  }

  isOfAnotherIntent(intentId: string): boolean {
    return this.state.intentId !== null && this.state.intentId !== intentId;
  }

  /** The intent stands at Stripe. One that turns up after the end must not be paid. */
  open(intentId: string): void {
    if (this.state.status === 'created') this.record(new PaymentStarted({ ...this.ids, amount: this.price }), { status: 'open', intentId });
    else if (this.state.intentId === null) this.due('cancel-intent', intentId);
  }

  fail(intentId: string, reason: string | null): void {
    this.open(intentId);
    this.advanceTo('failed', new PaymentFailed({ ...this.ids, reason }));
  }

  /** Without an intent: Stripe would not have it. */
  cancel(intentId: string | null): void {
    if (intentId !== null && this.state.status === 'created') this.open(intentId);
    this.advanceTo('cancelled', new PaymentCancelled({ ...this.ids }));
  }

  /** Anything but the exact price is not what was asked for: it goes back in full. */
  receive(intentId: string, money: MoneyJson, now: Date): void {
    if (this.state.status === 'succeeded') return;
    if (this.state.status === 'created') this.open(intentId);
    if (money.amount !== this.state.amount || money.currency !== this.state.currency) {
      this.receiveUnexpected(intentId, money, 'wrong-amount', now);
      return;
    }
    const captured = { captured: money.amount, capturedCurrency: money.currency };
    this.advanceTo('succeeded', new PaymentSucceeded({ ...this.ids, amount: money }), { intentId, ...captured, settledAt: now });
  }

  /** Money that must not pay for the reservation. */
  receiveUnexpected(intentId: string, money: MoneyJson, reason: 'surplus-payment' | 'wrong-amount', now: Date): void {
    if (this.state.status === 'succeeded') return;
    const captured = { captured: money.amount, capturedCurrency: money.currency };
    this.advanceTo('succeeded', new UnexpectedMoneyReceived({ ...this.ids, amount: money, reason }), { intentId, ...captured });
    this.requestRefund(reason, money, now);
  }

  /** The intent stands, but must not be paid as it is. */
  abandon(intentId: string): void {
    this.open(intentId);
    if (this.isUnfinished) this.due('cancel-payment', this.id);
  }

  /** At most one refund a reason, and never more than is left. */
  requestRefund(reason: RefundReason, due: MoneyJson, now: Date): void {
    if (this.state.refunds.some((refund) => refund.reason === reason)) return;
    if (due.currency !== this.state.capturedCurrency)
      throw new RangeError(`Cannot refund ${due.currency} of a payment in ${this.state.capturedCurrency}`);
    const amount = Math.min(due.amount, this.refundable);
    if (amount <= 0) return;
    const refund = { ...this.blankRefund(newId(), reason, now), amount };
    this.record(new RefundRequested({ ...this.refundIds(refund), reason }), { refunds: [...this.state.refunds, refund] });
    this.due('submit-refund', refund.id);
  }

  /** A new try after Stripe gave up; false when one is under way already. Throws `RefundNotFound`, `RefundNotFailed`, `NothingLeftToRefund`. */
  retryRefund(refundId: string): boolean {
    const refund = this.refund(refundId);
    if (refund.reason !== 'external' && (refund.status === 'requested' || refund.status === 'submitted')) return false;
    if (refund.status !== 'failed' || refund.reason === 'external') throw new RefundNotFailed(refund.status);
    const amount = Math.min(refund.amount, this.refundable);
    if (amount <= 0) throw new NothingLeftToRefund();
    const failedStripeRefundIds = [...refund.failedStripeRefundIds, ...(refund.stripeRefundId === null ? [] : [refund.stripeRefundId])];
    const again: RefundState = { ...refund, amount, status: 'requested', stripeRefundId: null, failedStripeRefundIds, failure: null };
    this.recordRefund(new RefundRequested({ ...this.refundIds(again), reason: refund.reason }), again);
    this.#due.push({ kind: 'submit-refund', subject: refundId, nextKey: true });
    return true;
  }

  /** Stripe would not even take the order. */
  failRefund(refundId: string, why: string): void {
    const refund = this.refund(refundId);
    if (refund.status !== 'requested') return;
    this.recordRefund(new RefundFailed({ ...this.refundIds(refund), cause: why }), { ...refund, status: 'failed', failure: why });
  }

  /** Whether the fact is about a refund of ours exactly as we ordered it; only then is an event alone enough to go by. */
  expects(fact: RefundFact): boolean {
    const refund = findRefund(this.state.refunds, fact);
    return (
      refund !== null && refund.reason !== 'external' && refund.amount === fact.amount.amount && refund.currency === fact.amount.currency
    );
  }

  /** What Stripe says of one refund of this payment. */
  applyRefund(fact: RefundFact, now: Date): RefundChange {
    if (isAboutEarlierAttempt(this.state.refunds, fact)) return 'nothing';
    const known = findRefund(this.state.refunds, fact);
    if (known === null) return this.recordExternalRefund(fact, now);
    return advances(known, fact) ? this.advanceRefund(known, fact) : 'nothing';
  }

  private recordExternalRefund(fact: RefundFact, now: Date): RefundChange {
    // Recorded even when it failed already: an older word about it, heard later, must find it so.
    this.advanceRefund(this.blankRefund(newId(), 'external', now), fact);
    return 'external';
  }

  private advanceRefund(before: RefundState, fact: RefundFact): RefundChange {
    const { stripeRefundId, status, failure, amount } = fact;
    const refund: RefundState = { ...before, stripeRefundId, status, failure, amount: amount.amount, currency: amount.currency };
    const { reason } = refund;
    const ids = this.refundIds(refund);
    if (status === 'submitted') this.recordRefund(new RefundSubmitted({ ...ids, reason }), refund);
    if (status === 'succeeded') this.recordRefund(new PaymentRefunded({ ...ids, reason }), refund);
    if (status === 'failed') this.recordRefund(new RefundFailed({ ...ids, cause: failure }), refund);
    return status === 'failed' ? 'failed' : 'own';
  }

  private settleWithoutStripe(now: Date): void {
    this.record(new PaymentStarted({ ...this.ids, amount: this.price }), { status: 'open' });
    this.advanceTo('succeeded', new PaymentSucceeded({ ...this.ids, amount: this.price }), { settledAt: now });
  }

  private advanceTo(status: PaymentStatus, event: DomainEvent, changes: Partial<Omit<PaymentState, 'id' | 'version'>> = {}): void {
    if (RANK[status] > RANK[this.state.status]) this.record(event, { ...changes, status });
  }

  private recordRefund(event: DomainEvent, refund: RefundState): void {
    const refunds = [...this.state.refunds.filter(({ id }) => id !== refund.id), refund];
    const refunded = sumOf(refunds, 'succeeded');
    if (refunded > this.state.captured) throw new RangeError(`Payment ${this.id} would have more refunded than captured`);
    this.record(event, { refunds, refunded });
  }

  private refund(refundId: string): RefundState {
    const refund = this.state.refunds.find(({ id }) => id === refundId);
    if (refund === undefined) throw new RefundNotFound();
    return refund;
  }

  private due(kind: DueWork['kind'], subject: string): void {
    this.#due.push({ kind, subject });
  }

  /** What has neither gone back nor is on its way. */
  private get refundable(): number {
    return this.state.captured - sumOf(this.state.refunds, 'requested', 'submitted', 'succeeded');
  }

  private get ids(): { paymentId: string; reservationId: string } {
    return { paymentId: this.id, reservationId: this.state.reservationId };
  }

  private refundIds({ id, amount, currency }: RefundState) {
    return { refundId: id, ...this.ids, amount: { amount, currency } };
  }

  private blankRefund(id: string, reason: RefundState['reason'], now: Date): RefundState {
    return {
      id,
      paymentId: this.id,
      reason,
      amount: 0,
      currency: this.state.capturedCurrency,
      status: 'requested',
      stripeRefundId: null,
      failedStripeRefundIds: [],
      failure: null,
      createdAt: now,
    };
  }
}

function blank({
  reservationId,
  customerId,
  amount,
  now,
}: {
  reservationId: string;
  customerId: string;
  amount: MoneyJson;
  now: Date;
}): PaymentState {
  return {
    id: newId(),
    version: 0,
    reservationId,
    customerId,
    amount: amount.amount,
    currency: amount.currency,
    status: 'created',
    intentId: null,
    captured: 0,
    capturedCurrency: amount.currency,
    refunded: 0,
    createdAt: now,
    settledAt: null,
    refunds: [],
  };
}
