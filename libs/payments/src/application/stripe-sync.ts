import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import {
  DISPUTE_OPENED,
  EXTERNAL_REFUND,
  ORPHANED_INTENT,
  PAYMENT_WRONG_AMOUNT,
  REFUND_FAILED,
  REFUND_PAID_TWICE,
  STRIPE_BALANCE_TOO_LOW,
} from '../domain/alert-codes.js';
import { CardPayments } from '../domain/card-payments.js';
import { BY_EVENT, type DisputeChange, disputeOutcome, Disputes } from '../domain/disputes.js';
import { Payment } from '../domain/payment.js';
import { Payments } from '../domain/payments.js';
import type { RefundChange } from '../domain/refund.js';
import type { DisputeFact, IntentFact, RefundFact } from '../domain/stripe-facts.js';

/** An event says what was true once; Stripe's answer to a request says what is true now. */
type FactSource = 'event' | 'stripe';

/**
 * `unknown`: the intent is of no payment of ours. `doubtful`: an event that does not fit, so Stripe must be asked. `surplus`: the intent is a
 * second one of its payment.
 */
type IntentOutcome = 'applied' | 'unknown' | 'doubtful' | 'surplus';

/** The only way in for what Stripe says about intents, refunds and disputes, for webhooks, jobs and requests alike. */
@Injectable()
export class StripeSync {
  constructor(
    private readonly transactions: Transactions,
    private readonly payments: Payments,
    private readonly disputes: Disputes,
    private readonly jobs: Jobs,
    private readonly cards: CardPayments,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  /** An event is believed only where it says what we expect; Stripe's answer is always believed. */
  async applyIntent(fact: IntentFact, source: FactSource): Promise<IntentOutcome> {
    return this.transactions.run(async () => {
      const paymentId = await this.paymentOf(fact);
      if (paymentId === null) return 'unknown';
      const outcome = await this.payments.change(paymentId, (payment) =>
        payment.isOfAnotherIntent(fact.intentId) ? null : this.applyTo(payment, fact, source),
      );
      return outcome ?? this.applySecondIntent(paymentId, fact, source);
    });
  }

  /** The facts are Stripe's list of a payment's refunds, or a part of it. All of them are applied, or none. */
  async applyRefunds(paymentId: string, facts: readonly RefundFact[]): Promise<void> {
    // Failed refunds first: their amounts may have gone back in other refunds since, and both together would be more than was captured.
    const ordered = [...facts].sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'));
    await this.payments.change(paymentId, (payment) => {
      for (const fact of ordered) this.reportRefund(payment.applyRefund(fact, this.clock.now()), paymentId, fact);
    });
  }

  /** Where the fact contradicts what was decided, a job asks Stripe. */
  async applyDispute(fact: DisputeFact, paymentId: string, source = BY_EVENT): Promise<void> {
    await this.transactions.run(async () => {
      const change = await this.disputes.record(fact, paymentId, source);
      // While another dispute of the payment is not won, Stripe would refuse its refunds again each night.
      const disputes = await this.disputes.ofPayments([paymentId]);
      const allAreWon = disputes.every((dispute) => disputeOutcome(dispute) === 'won');
      await this.payments.change(paymentId, (payment) => payment.reportDispute(change, { allAreWon }));
      if (change.isDoubtful) await this.jobs.enqueue([{ kind: 'payments.check-dispute', subject: fact.disputeId }]);
      this.reportDispute(change);
    });
  }

  /** What we recorded comes first: anybody with access to the dashboard can change the metadata of an intent. */
  private async paymentOf({ paymentId, intentId }: IntentFact): Promise<string | null> {
    const recorded = await this.payments.idOfIntent(intentId);
    if (recorded !== null || paymentId === null) return recorded;
    return (await this.payments.has(paymentId)) ? paymentId : null;
  }

  private applyTo(payment: Payment, fact: IntentFact, source: FactSource): IntentOutcome {
    const { intentId, status, amount, lastError } = fact;
    // What arrived goes back already.
    if (isOfSecondIntent(payment)) return 'surplus';
    if (!this.isAsRequested(payment, fact)) {
      if (source === 'event') return 'doubtful';
      this.applyDeviating(payment, fact);
    } else if (status === 'open') payment.open(intentId);
    else if (status === 'failed') payment.fail(intentId, lastError);
    else if (status === 'cancelled') payment.cancel(intentId);
    else payment.receive({ intentId, money: amount, now: this.clock.now() });
    return 'applied';
  }

  private isAsRequested({ price }: Payment, { amount, received, status, livemode }: IntentFact): boolean {
    const isPrice = amount.amount === price.amount && amount.currency === price.currency;
    return isPrice && (status !== 'succeeded' || received === amount.amount) && livemode === this.cards.livemode;
  }

  /** Somebody changed the intent at Stripe: nobody may pay it, and what was paid goes back. */
  private applyDeviating(payment: Payment, { intentId, status, received, amount }: IntentFact): void {
    const receipt = { intentId, money: { ...amount, amount: received }, now: this.clock.now() };
    if (status === 'cancelled') payment.cancel(intentId);
    else if (status === 'succeeded') payment.receiveUnexpected(receipt, 'wrong-amount');
    else payment.rejectIntent(intentId);
    if (!payment.hasChanged) return;
    const details = { paymentId: payment.id, intentId, status };
    this.alerts.raise(PAYMENT_WRONG_AMOUNT, 'An intent does not ask for the price of its reservation', details);
  }

  /** The payment stays locked meanwhile, so that its second intent gets only one payment of its own. */
  private async applySecondIntent(paymentId: string, fact: IntentFact, source: FactSource): Promise<IntentOutcome> {
    const { intentId, status } = fact;
    if (status === 'cancelled' || (await this.payments.idOfIntent(intentId)) !== null) return 'surplus';
    if (status !== 'succeeded') await this.jobs.enqueue([{ kind: 'payments.cancel-intent', subject: intentId }]);
    else if (source === 'event') return 'doubtful';
    else await this.addSurplus(paymentId, fact);
    this.alerts.raise(ORPHANED_INTENT, 'A payment has a second intent', { paymentId, intentId, status });
    return 'surplus';
  }

  private async addSurplus(paymentId: string, { intentId, amount, received }: IntentFact): Promise<void> {
    const first = await this.payments.get(paymentId);
    const receipt = { intentId, money: { ...amount, amount: received }, now: this.clock.now() };
    await this.payments.add(Payment.surplus(first, receipt));
  }

  private reportDispute({ before, after: { id: disputeId, paymentId, reason, ...after } }: DisputeChange): void {
    const isReopened = before !== null && disputeOutcome(before) !== 'open' && disputeOutcome(after) === 'open';
    if (before === null || isReopened) {
      this.alerts.raise(DISPUTE_OPENED, 'A cardholder disputes a payment', { paymentId, disputeId, reason });
    }
  }

  private reportRefund(change: RefundChange, paymentId: string, { stripeRefundId, refundId, amount, failure }: RefundFact): void {
    const details = { paymentId, refundId, stripeRefundId, amount, failure };
    if (change === 'failed') this.alerts.raise(REFUND_FAILED, 'Stripe could not give money back', details);
    if (change === 'paid-twice') this.alerts.raise(REFUND_PAID_TWICE, 'Stripe gives back what the staff paid out already', details);
    if (change === 'postponed') this.alerts.raise(STRIPE_BALANCE_TOO_LOW, 'A refund that Stripe had taken waits for the balance', details);
    if (change === 'external') this.alerts.raise(EXTERNAL_REFUND, 'Money went back that was not requested here', details);
  }
}

/** Its money came through a second intent of another payment. */
function isOfSecondIntent({ isSettled, state: { refunds } }: Payment): boolean {
  return !isSettled && refunds.some(({ reason }) => reason === 'surplus-payment');
}
