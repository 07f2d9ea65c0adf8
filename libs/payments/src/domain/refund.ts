import type { RefundReason } from '@app/contracts/payments.js';
import type { RefundFact } from './stripe-facts.js';

export type RefundStatus = 'requested' | 'submitted' | 'succeeded' | 'failed';

/** Money on its way back. Part of its payment: it is only ever changed under the payment's lock. */
export interface RefundState {
  readonly id: string;
  readonly paymentId: string;
  /** The fact that asked for it, at most one refund each; `external`: made at Stripe by somebody else. */
  readonly reason: RefundReason | 'external';
  readonly amount: number;
  readonly currency: string;
  readonly status: RefundStatus;
  /** Stripe's id of the attempt under way. */
  readonly stripeRefundId: string | null;
  /** Stripe's ids of attempts that failed before a retry: what is still said about them is history. */
  readonly failedStripeRefundIds: readonly string[];
  readonly failure: string | null;
  readonly createdAt: Date;
}

const RANK: Record<RefundStatus, number> = { requested: 0, submitted: 1, succeeded: 2, failed: 3 };

/** Facts only move up; a refusal of ours that Stripe's ledger contradicts (no id was known) gives way to the ledger. */
export function advances(refund: RefundState, fact: RefundFact): boolean {
  return refund.stripeRefundId === null || RANK[fact.status] > RANK[refund.status];
}

/** The refund a fact of Stripe is about, or null when it is somebody else's. */
export function findRefund(refunds: readonly RefundState[], fact: RefundFact): RefundState | null {
  const { stripeRefundId, refundId } = fact;
  const known = refunds.find((refund) => refund.stripeRefundId === stripeRefundId);
  return known ?? refunds.find((refund) => refund.id === refundId && refund.stripeRefundId === null) ?? null;
}

export function isAboutEarlierAttempt(refunds: readonly RefundState[], fact: RefundFact): boolean {
  return refunds.some((refund) => refund.failedStripeRefundIds.includes(fact.stripeRefundId));
}

export function sumOf(refunds: readonly RefundState[], ...statuses: readonly RefundStatus[]): number {
  return refunds.reduce((sum, refund) => (statuses.includes(refund.status) ? sum + refund.amount : sum), 0);
}
