/** Which refunds are owed, and which are counted apart. */
import type { RefundReason, RefundStatus } from './payments.js';

/** What is not owed: it comes on top, and reduces what is left to refund. Where one refund stands for several, the first one comes first. */
export const APART_REFUND_REASONS = ['goodwill', 'external'] as const;

type Reason = RefundReason | 'external';
type ApartReason = (typeof APART_REFUND_REASONS)[number];

/**
 * What a refund is owed for. `reservation`: what a reservation does not keep of its own payment. `outcome`: a payment that is of no use to its
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

interface GivenBack {
  readonly reason: Reason;
  readonly status: RefundStatus;
  /** The staff paid it out in another way than through Stripe. Left out: it did not. */
  readonly isPaidOut?: boolean;
}

/**
 * How often the amount of a refund went back, or will. Not where it failed: its money is here, and no longer promised. Twice where the staff paid it out
 * and Stripe gave it back all the same.
 */
export function timesGivenBack({ status, isPaidOut = false }: Omit<GivenBack, 'reason'>): number {
  return Number(status !== 'failed') + Number(isPaidOut);
}

/** How often that was besides what is owed. A refund for an owed reason counts as owed once, also one that failed. */
export function timesGivenApart(refund: GivenBack): number {
  return isApartReason(refund.reason) ? timesGivenBack(refund) : Math.max(0, timesGivenBack(refund) - 1);
}

function isApartReason(reason: Reason): reason is ApartReason {
  return (APART_REFUND_REASONS as readonly Reason[]).includes(reason);
}
