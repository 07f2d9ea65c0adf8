/** Which refunds are owed, and which are counted apart. */
import type { RefundReason, RefundStatus } from './payments.js';

/** What is not owed: it comes on top, and reduces what is left to refund. Where one refund stands for several, the first one comes first. */
export const APART_REFUND_REASONS = ['goodwill', 'external'] as const;

type Reason = RefundReason | 'external';
type ApartReason = (typeof APART_REFUND_REASONS)[number];

/**
 * What a refund is owed for. `reservation`: what a reservation does not keep of its own payment. `outcome`: a payment that does not pay for its
 * reservation. `amount`: money that is not the price.
 */
export type RefundDebt = 'reservation' | 'outcome' | 'amount';

const DEBTS: Readonly<Record<Exclude<Reason, ApartReason>, RefundDebt>> = {
  'reservation-cancelled': 'reservation',
  'showtime-cancelled': 'reservation',
  'showtime-moved': 'reservation',
  'seats-changed': 'reservation',
  'payment-came-too-late': 'outcome',
  'surplus-payment': 'outcome',
  'wrong-amount': 'amount',
};

/** Null for a reason that is counted apart. */
export function refundDebtOf(reason: Reason): RefundDebt | null {
  return isApartReason(reason) ? null : DEBTS[reason];
}

/** What must go back without an admin's wish. Together, such refunds never exceed what is due. */
export function isOwedReason(reason: Reason): boolean {
  return !isApartReason(reason);
}

/** Amounts are minor units of the captured money. */
export interface CountedRefund {
  readonly reason: Reason;
  readonly status: RefundStatus;
  /** What goes back through Stripe, as Stripe says it. */
  readonly amount: number;
  /** What the staff paid out in another way after it failed; null: nothing. Stripe may still give its amount back. */
  readonly paidOutAmount: number | null;
}

/** What went back of a refund, or will. Where it failed, its money is here and no longer promised, but for what the staff paid out. */
export function givenBackOf(refund: CountedRefund): number {
  return givenByStripe(refund) + (refund.paidOutAmount ?? 0);
}

/** What a refund is for. One that failed counts: it can be retried. */
export function requestedOf({ amount, paidOutAmount }: Pick<CountedRefund, 'amount' | 'paidOutAmount'>): number {
  return paidOutAmount ?? amount;
}

/** What went back besides what is owed, or will. Of what was paid out for an owed reason, that is all that Stripe gives back after that. */
export function givenApartOf(refund: CountedRefund): number {
  if (isApartReason(refund.reason)) return givenBackOf(refund);
  return refund.paidOutAmount === null ? 0 : givenByStripe(refund);
}

function givenByStripe({ status, amount }: CountedRefund): number {
  return status === 'failed' ? 0 : amount;
}

function isApartReason(reason: Reason): reason is ApartReason {
  return (APART_REFUND_REASONS as readonly Reason[]).includes(reason);
}
