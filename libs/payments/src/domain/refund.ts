import {
  PaymentRefunded,
  RefundFailed,
  type RefundReason,
  RefundRequested,
  type RefundStatus,
  RefundSubmitted,
} from '@app/contracts/payments.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { RefundNotFound } from './errors.js';
import type { RefundFact } from './stripe-facts.js';

/** How the failure of a refund begins that Stripe refused because all of the money went back in others. docs.stripe.com/error-codes */
export const ALREADY_REFUNDED = 'charge_already_refunded';

/** Reasons of Stripe's for the failure of a refund that it had taken. docs.stripe.com/api/refunds/object#refund_object-failure_reason */
const BALANCE_FAILURE = 'insufficient_funds';
const DISPUTE_FAILURE = 'charge_for_pending_refund_disputed';

/** So often a refund that the balance did not cover after all is requested again by itself: within 31 hours, because the pause doubles. */
const MAX_BALANCE_FAILURES = 5;
const FIRST_BALANCE_PAUSE_MS = HOUR_MS;

/** Money that goes back. It is part of its payment and changes only under the payment's lock. */
export interface RefundState {
  readonly id: string;
  readonly paymentId: string;
  /** What it was requested for. `external`: somebody else made it at Stripe. */
  readonly reason: RefundReason | 'external';
  readonly amount: number;
  readonly currency: string;
  readonly status: RefundStatus;
  /** Stripe's id of the current attempt. */
  readonly stripeRefundId: string | null;
  /** Stripe's ids of attempts that failed before a retry. Facts about them change nothing any more. */
  readonly failedStripeRefundIds: readonly string[];
  readonly failure: string | null;
  /** One more for each retry. What Stripe answers to an earlier request is not about the present one. */
  readonly timesRequested: number;
  /**
   * An external one that Stripe's metadata says was requested here for changed seats: a restored database has lost it. It stays external, because the
   * reservation has its old seats, but counts where seats are changed again.
   */
  readonly isForChangedSeats: boolean;
  /** Why an admin wants it; null for any other refund. */
  readonly note: string | null;
  readonly createdAt: Date;
  /** When the staff paid it out in another way than through Stripe. What Stripe says stays in `status`. */
  readonly paidOutAt: Date | null;
  /** How much, in minor units. What Stripe says stays in `amount`. */
  readonly paidOutAmount: number | null;
  /** How, and by which reference. */
  readonly paidOutNote: string | null;
  /** The admin who recorded it. */
  readonly paidOutBy: string | null;
}

const RANK: Readonly<Record<RefundStatus, number>> = { requested: 0, submitted: 1, succeeded: 2, failed: 3 };

/**
 * What a fact about a refund changed: nothing, one of ours, one that was made at Stripe, or that the money did not go back, or only later, or goes back
 * although the staff paid it out.
 */
export type RefundChange = 'nothing' | 'own' | 'external' | 'failed' | 'postponed' | 'paid-twice';

/** What became of a refund that Stripe refused: `settled` or requested anew meanwhile, or it failed, or the rest is requested. */
export type RefusedRefund = 'settled' | 'failed' | 'nothing-left' | 'requested-again';

type NewRefund = Pick<RefundState, 'paymentId' | 'reason' | 'amount' | 'currency' | 'createdAt'> &
  Partial<Pick<RefundState, 'note' | 'isForChangedSeats'>>;

export function newRefund(own: NewRefund): RefundState {
  const unsent = { status: 'requested', stripeRefundId: null, failedStripeRefundIds: [], failure: null, timesRequested: 1 } as const;
  const paidOut = { paidOutAt: null, paidOutAmount: null, paidOutNote: null, paidOutBy: null };
  return { id: newId(), ...unsent, ...paidOut, note: null, isForChangedSeats: false, ...own };
}

/** The refund as it is requested again after it failed. */
export function retriedRefund(refund: RefundState, amount: number): RefundState {
  const { stripeRefundId, failedStripeRefundIds: earlier, timesRequested: times } = refund;
  const failedStripeRefundIds = stripeRefundId === null ? earlier : [...earlier, stripeRefundId];
  const unsent = { status: 'requested', stripeRefundId: null, failedStripeRefundIds, failure: null } as const;
  return { ...refund, ...unsent, amount, timesRequested: times + 1 };
}

/** A part of a failed refund, which stays failed while the rest is requested again. */
export function failedPart({ paymentId, reason, currency, note, createdAt, failure }: RefundState, amount: number): RefundState {
  return { ...newRefund({ paymentId, reason, currency, note, createdAt, amount }), status: 'failed', failure };
}

/** The refund as Stripe describes it. */
export function refundAfter(refund: RefundState, { stripeRefundId, status, failure, amount }: RefundFact): RefundState {
  return { ...refund, stripeRefundId, status, failure, amount: amount.amount, currency: amount.currency };
}

/** What is published when a refund has reached its status. */
export function eventOfRefund(
  { id, paymentId, amount, currency, status, reason, failure }: RefundState,
  reservationId: string,
): DomainEvent {
  const ids = { refundId: id, paymentId, reservationId, amount: { amount, currency } };
  switch (status) {
    case 'requested':
      if (reason === 'external') throw new RangeError('Nobody requests an external refund');
      return new RefundRequested({ ...ids, reason });
    case 'submitted':
      return new RefundSubmitted({ ...ids, reason });
    case 'succeeded':
      return new PaymentRefunded({ ...ids, reason });
    case 'failed':
      return new RefundFailed({ ...ids, cause: failure });
  }
}

/** Whether Stripe says that a failed refund that the staff paid out goes back after that. */
export function contradictsPayOut({ paidOutAt, status }: RefundState, fact: RefundFact): boolean {
  return paidOutAt !== null && status === 'failed' && fact.status !== 'failed';
}

/**
 * Whether the fact moves the refund up. A refund without an id of Stripe's always moves: where we recorded a refusal and Stripe's list still has
 * the refund, the list is right. So it is where the staff paid the refund out: no event alone is believed about that one.
 */
export function advances(refund: RefundState, fact: RefundFact): boolean {
  return refund.stripeRefundId === null || contradictsPayOut(refund, fact) || RANK[fact.status] > RANK[refund.status];
}

/** Whether an unknown fact is about a refund of ours that a restored database has lost. Its sum must not be owed again when seats are changed again. */
export function isLostChangeOfSeats(refunds: readonly RefundState[], { isForChangedSeats, refundId, status }: RefundFact): boolean {
  return isForChangedSeats && refundId !== null && status !== 'failed' && !refunds.some(({ id }) => id === refundId);
}

/** Whether Stripe refused to make it, or gave it up because of a dispute. A refund that the bank returned has been made. */
export function isRefused({ status, reason, stripeRefundId, failure, paidOutAt }: RefundState): boolean {
  if (paidOutAt !== null) return false;
  return status === 'failed' && (stripeRefundId === null || (failure === DISPUTE_FAILURE && reason !== 'external'));
}

/** After how many milliseconds a failed refund is requested again by itself; null: never. Another card problem would only come back. */
export function pauseBeforeRetry({ reason, failure, failedStripeRefundIds: { length: failures } }: RefundState): number | null {
  if (failure !== BALANCE_FAILURE || reason === 'external' || failures >= MAX_BALANCE_FAILURES) return null;
  return FIRST_BALANCE_PAUSE_MS * 2 ** failures;
}

/** Throws `RefundNotFound`. */
export function refundWithId(refunds: readonly RefundState[], refundId: string): RefundState {
  const refund = refunds.find(({ id }) => id === refundId);
  if (refund === undefined) throw new RefundNotFound();
  return refund;
}

/** The refund that a fact is about; null where it is about another one. */
export function findRefund(refunds: readonly RefundState[], { stripeRefundId, refundId }: RefundFact): RefundState | null {
  const known = refunds.find((refund) => refund.stripeRefundId === stripeRefundId);
  return known ?? refunds.find((refund) => refund.id === refundId && refund.stripeRefundId === null) ?? null;
}

export function isAboutEarlierAttempt(refunds: readonly RefundState[], fact: RefundFact): boolean {
  return refunds.some((refund) => refund.failedStripeRefundIds.includes(fact.stripeRefundId));
}

export function withRefund(refunds: readonly RefundState[], refund: RefundState): RefundState[] {
  return [...refunds.filter(({ id }) => id !== refund.id), refund];
}

export function sumOf(refunds: readonly RefundState[], ...statuses: readonly RefundStatus[]): number {
  return refunds.reduce((sum, refund) => (statuses.includes(refund.status) ? sum + refund.amount : sum), 0);
}
