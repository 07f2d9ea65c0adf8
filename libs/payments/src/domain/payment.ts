import { isOwedReason } from '@app/contracts/owed-refunds.js';
import {
  DisputeClosed,
  PaymentCancelled,
  PaymentFailed,
  PaymentStarted,
  PaymentSucceeded,
  RefundPaidOut,
  type RefundReason,
  UnexpectedMoneyReceived,
} from '@app/contracts/payments.js';
import { AggregateRoot } from '@app/kernel/aggregate-root.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { type DisputeChange, eventOfDispute, REFUSED_IN_DISPUTE } from './disputes.js';
import { missingOf, type OwedSum, refundableOf, unexpectedMoneyOf } from './owed-refunds.js';
import type { PaymentJob } from './payment-job.js';
import { type NewPayment, newPaymentState, PAYMENT_RANK, type PaymentState, type PaymentStatus, type Receipt } from './payment-state.js';
import { goodwillAmount, newExternalRefund, paidOutRefund, type PayOut, refundToRetry } from './refund-acts.js';
import {
  advances,
  ALREADY_REFUNDED,
  contradictsPayOut,
  eventOfRefund,
  failedPart,
  findRefund,
  isRefused,
  isAboutEarlierAttempt,
  newRefund,
  pauseBeforeRetry,
  refundAfter,
  type RefundChange,
  type RefundState,
  refundWithId,
  type RefusedRefund,
  retriedRefund,
  sumOf,
  withRefund,
} from './refund.js';
import { isSameError, type PaymentError, type RefundFact } from './stripe-facts.js';

/** One attempt to pay one reservation, and what of it goes back. */
export class Payment extends AggregateRoot<PaymentState> {
  #jobs: PaymentJob[] = [];

  static start(request: NewPayment): Payment {
    const payment = new Payment(newPaymentState(request));
    if (request.amount.amount === 0) payment.settleWithoutStripe(request.now);
    else payment.addJob({ kind: 'payments.open-payment', subject: payment.id });
    return payment;
  }

  /** Money that came through another intent than the payment's own gets a payment of its own, and goes back. */
  static surplus(first: PaymentState, receipt: Receipt): Payment {
    const { reservationId, customerId, amount, currency } = first;
    const payment = new Payment(newPaymentState({ reservationId, customerId, amount: { amount, currency }, now: receipt.now }));
    payment.receiveUnexpected(receipt, 'surplus-payment');
    return payment;
  }

  /** Returns the jobs that the changes since loading need done at Stripe, once. They are stored in the same transaction. */
  takeJobs(): PaymentJob[] {
    const jobs = this.#jobs;
    this.#jobs = [];
    return jobs;
  }

  get price(): MoneyJson {
    return { amount: this.state.amount, currency: this.state.currency };
  }

  get isUnfinished(): boolean {
    return PAYMENT_RANK[this.state.status] < PAYMENT_RANK.cancelled;
  }

  /** The whole price arrived, even if some of it went back since. */
  get isSettled(): boolean {
    return this.state.settledAt !== null;
  }

  isOfAnotherIntent(intentId: string): boolean {
    return this.state.intentId !== null && this.state.intentId !== intentId;
  }

  /** The intent exists at Stripe. An intent that appears after the end of the payment is cancelled, because nobody may pay it. */
  open(intentId: string): void {
    if (this.state.status === 'created') this.record(new PaymentStarted({ ...this.ids, amount: this.price }), { status: 'open', intentId });
    else if (this.state.intentId === null) this.addJob({ kind: 'payments.cancel-intent', subject: intentId });
  }

  /** The next card may be declined for another reason: then that one is the last error. A repeated fact changes nothing. */
  fail(intentId: string, lastError: PaymentError | null): void {
    this.open(intentId);
    const event = new PaymentFailed({ ...this.ids, reason: lastError?.declineCode ?? lastError?.code ?? null });
    if (this.state.status === 'failed' && !isSameError(this.state.lastError, lastError)) this.record(event, { lastError });
    else this.advanceTo('failed', event, { lastError });
  }

  cancel(intentId: string): void {
    if (this.state.status === 'created') this.open(intentId);
    this.advanceTo('cancelled', new PaymentCancelled({ ...this.ids }));
  }

  /** Stripe refuses to make the intent. Another request may have made one meanwhile: then that one counts. */
  cancelWithoutIntent(): void {
    if (this.state.status === 'created') this.advanceTo('cancelled', new PaymentCancelled({ ...this.ids }));
  }

  /** Money that is not exactly the price goes back in full. */
  receive(receipt: Receipt): void {
    const { intentId, money, now } = receipt;
    if (this.state.status === 'succeeded') return;
    if (this.state.status === 'created') this.open(intentId);
    if (money.amount !== this.state.amount || money.currency !== this.state.currency) {
      this.receiveUnexpected(receipt, 'wrong-amount');
      return;
    }
    const captured = { captured: money.amount, capturedCurrency: money.currency };
    this.advanceTo('succeeded', new PaymentSucceeded({ ...this.ids, amount: money }), {
      intentId,
      ...captured,
      settledAt: now,
      lastError: null,
    });
  }

  /** Money that must not pay for the reservation goes back in full. */
  receiveUnexpected({ intentId, money, now }: Receipt, reason: 'surplus-payment' | 'wrong-amount'): void {
    if (this.state.status === 'succeeded') return;
    const captured = { captured: money.amount, capturedCurrency: money.currency };
    this.advanceTo('succeeded', new UnexpectedMoneyReceived({ ...this.ids, amount: money, reason }), { intentId, ...captured });
    this.requestRefund({ reason, due: money, now });
  }

  /** The intent exists, but asks for something else than the price: nobody may pay it. */
  rejectIntent(intentId: string): void {
    this.open(intentId);
    if (this.isUnfinished) this.addJob({ kind: 'payments.cancel-payment', subject: this.id });
  }

  /**
   * Requests what is missing of all that is owed. An external or a goodwill refund may have left less than that, and have failed since. A refund that
   * Stripe refused because of it is requested again. Harmless when repeated.
   */
  requestOwedRefunds({ owed, now }: { owed: readonly OwedSum[]; now: Date }): void {
    for (const each of [...owed, ...unexpectedMoneyOf(this.state)]) this.requestRefund({ ...each, now });
    // Not by the reason of the refusal: for a part of the money, Stripe gives it without a code.
    this.retryRefused(({ reason, failure }) => isOwedReason(reason) || failure?.startsWith(ALREADY_REFUNDED) === true);
  }

  /** `due` is the whole sum that is owed, what was requested before included, also for other reasons. Never more than is left. */
  requestRefund({ reason, due, now }: OwedSum & { now: Date }): void {
    const amount = this.refundOwed({ reason, due });
    if (amount > 0) this.addRefund({ reason, amount, createdAt: now });
  }

  /** The amount that `requestRefund` would request now; 0 where it would request none. */
  refundOwed(owed: OwedSum): number {
    return missingOf(this.state, owed);
  }

  /**
   * An admin gives any part back, beside every other refund. Without an amount: all that is left. Returns the refund.
   * Throws `NothingLeftToRefund`, `RefundExceedsRest`, `RefundAmountRefused`.
   */
  refundAsGoodwill({ amount, note, now }: { amount: number | null; note: string; now: Date }): RefundState {
    return this.addRefund({ reason: 'goodwill', amount: goodwillAmount(this.state, amount), note, createdAt: now });
  }

  /**
   * Requests a failed refund again. Returns false where it is requested or submitted already.
   * Throws `RefundNotFound`, `RefundNotFailed`, `RefundAlreadyPaidOut`, `NothingLeftToRefund`.
   */
  retryRefund(refundId: string): boolean {
    const failed = refundToRetry(this.state, refundId);
    if (failed === null) return false;
    this.requestAgain(failed.refund, failed.amount);
    return true;
  }

  /**
   * The staff paid a failed refund out in another way: nobody tries it again, and its money counts as given back. Returns false where that is recorded.
   * Throws `RefundNotFound`, `RefundNotFailed`, `RefundAlreadyPaidOut`, `NothingLeftToRefund`, `PaidOutAmountDiffers`.
   */
  markRefundPaidOut(payOut: PayOut & { now: Date }): boolean {
    const found = paidOutRefund(this.state, payOut);
    if (found === null) return false;
    this.record(new RefundPaidOut({ ...found.paid, ...this.ids }), { refunds: withRefund(this.state.refunds, found.refund) });
    this.keepLostPart(found.refund, found.unpaid);
    return true;
  }

  /**
   * Stripe refuses the refund as it was sent; it may have been requested anew since. Where part of the money went back in other ways meanwhile, only
   * the rest is requested, under the next key; where all of it did, the refund fails without an alert. Returns what became of it.
   */
  refuseRefund(sent: Pick<RefundState, 'id' | 'timesRequested'>, failure: string): RefusedRefund {
    const refund = refundWithId(this.state.refunds, sent.id);
    if (refund.status !== 'requested' || refund.timesRequested !== sent.timesRequested) return 'settled';
    const rest = refundableOf(this.state) + refund.amount;
    if (rest >= refund.amount || rest <= 0) {
      this.recordRefund({ ...refund, status: 'failed', failure });
      return rest <= 0 ? 'nothing-left' : 'failed';
    }
    this.requestAgain({ ...refund, failure }, rest);
    return 'requested-again';
  }

  /**
   * What a dispute does to the money is for the bank and for people. It changes neither what was captured nor what is owed. Once it is won, refunds
   * that Stripe refused because of it are requested again. The refusal may be recorded after the decision, so a repeated fact does it too. Once it is
   * lost in part, the rest of them is requested.
   */
  reportDispute(change: DisputeChange, { allAreWon }: { allAreWon: boolean }): void {
    const event = eventOfDispute(change, this.ids);
    if (event !== null) this.record(event);
    // A repeated fact comes each night: it tries only what was refused because of the dispute.
    if (event instanceof DisputeClosed) this.retryRefused(() => true);
    else if (allAreWon) this.retryRefused(({ failure }) => REFUSED_IN_DISPUTE.test(failure ?? ''));
    // What the bank kept is here again, and was not requested meanwhile.
    if (change.before !== null && change.after.lost < change.before.lost)
      this.addJob({ kind: 'payments.request-refunds-of-payment', subject: this.id });
  }

  /** Whether the fact is about a refund of ours exactly as we requested it. Only then an event alone is believed. */
  expects(fact: RefundFact): boolean {
    const refund = findRefund(this.state.refunds, fact);
    if (refund === null || refund.reason === 'external' || contradictsPayOut(refund, fact)) return false;
    return refund.amount === fact.amount.amount && refund.currency === fact.amount.currency;
  }

  applyRefund(fact: RefundFact, now: Date): RefundChange {
    if (isAboutEarlierAttempt(this.state.refunds, fact)) return 'nothing';
    const known = findRefund(this.state.refunds, fact);
    if (known !== null && !advances(known, fact)) return 'nothing';
    const refund = refundAfter(known ?? newExternalRefund(this.state, fact, now), fact);
    this.recordRefund(refund);
    if (known === null) return 'external';
    if (refund.paidOutAt !== null) return refund.status === 'failed' ? 'own' : 'paid-twice';
    if (refund.status !== 'failed') return 'own';
    const [pauseMs, amount] = [pauseBeforeRetry(refund), Math.min(refund.amount, refundableOf(this.state))];
    if (pauseMs === null || amount <= 0) return 'failed';
    this.requestAgain(refund, amount, { delayMs: pauseMs });
    return 'postponed';
  }

  private addRefund(own: Pick<RefundState, 'amount' | 'createdAt'> & { reason: RefundReason; note?: string }): RefundState {
    const { id: paymentId, capturedCurrency: currency } = this.state;
    const refund = newRefund({ paymentId, currency, ...own });
    this.recordRefund(refund);
    this.addJob({ kind: 'payments.submit-refund', subject: refund.id });
    return refund;
  }

  private settleWithoutStripe(now: Date): void {
    this.record(new PaymentStarted({ ...this.ids, amount: this.price }), { status: 'open' });
    this.advanceTo('succeeded', new PaymentSucceeded({ ...this.ids, amount: this.price }), { settledAt: now });
  }

  private advanceTo(status: PaymentStatus, event: DomainEvent, changes: Partial<Omit<PaymentState, 'id' | 'version'>> = {}): void {
    if (PAYMENT_RANK[status] > PAYMENT_RANK[this.state.status]) this.record(event, { ...changes, status });
  }

  private retryRefused(isMeant: (refund: RefundState) => boolean): void {
    for (const refund of this.state.refunds.filter((each) => isRefused(each) && isMeant(each))) {
      const amount = Math.min(refund.amount, refundableOf(this.state));
      if (amount > 0) this.requestAgain(refund, amount);
    }
  }

  private requestAgain(refund: RefundState, amount: number, later: Pick<PaymentJob, 'delayMs'> = {}): void {
    this.recordRefund(retriedRefund(refund, amount));
    this.addJob({ kind: 'payments.submit-refund', subject: refund.id, nextKey: true, ...later });
    this.keepLostPart(refund, refund.amount - amount);
  }

  /** Nobody gives back what was lost in a dispute. A refund that would need it is divided: that part of it stays failed, for an appeal. */
  private keepLostPart(refund: RefundState, amount: number): void {
    if (this.state.lost > 0 && amount > 0) this.recordRefund(failedPart(refund, amount));
  }

  private recordRefund(refund: RefundState): void {
    const refunds = withRefund(this.state.refunds, refund);
    const refunded = sumOf(refunds, 'succeeded');
    if (refunded > this.state.captured) throw new RangeError(`Payment ${this.id} would have more refunded than captured`);
    this.record(eventOfRefund(refund, this.state.reservationId), { refunds, refunded });
    // What is owed was perhaps not requested in full, because this refund had left less.
    if (refund.status === 'failed' && !isOwedReason(refund.reason))
      this.addJob({ kind: 'payments.request-refunds-of-payment', subject: this.id });
  }

  private addJob(job: PaymentJob): void {
    if (!this.#jobs.some(({ kind, subject }) => kind === job.kind && subject === job.subject)) this.#jobs.push(job);
  }

  private get ids(): { paymentId: string; reservationId: string } {
    return { paymentId: this.id, reservationId: this.state.reservationId };
  }
}
