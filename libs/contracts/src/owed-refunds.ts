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

/** Money that went back besides what is owed, or will. One that failed does not count: its money is here, and no longer promised. */
export function isRefundedApart({ reason, status }: { readonly reason: Reason; readonly status: RefundStatus }): boolean {
  return isApartReason(reason) && status !== 'failed';
}

function isApartReason(reason: Reason): reason is ApartReason {
  return (APART_REFUND_REASONS as readonly Reason[]).includes(reason);
}
