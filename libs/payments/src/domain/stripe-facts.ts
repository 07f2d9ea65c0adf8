import type { MoneyJson } from '@app/kernel/money.js';

/** How a PaymentIntent stands at Stripe, as far as a payment cares. `open` covers everything between its creation and its end. */
export type IntentStatus = 'open' | 'failed' | 'cancelled' | 'succeeded';

export interface IntentFact {
  readonly kind: 'intent';
  readonly intentId: string;
  /** The payment named in its metadata, where that is a UUID. */
  readonly paymentId: string | null;
  readonly status: IntentStatus;
  /** What it asks for. */
  readonly amount: MoneyJson;
  /** What arrived, in minor units; 0 until it succeeded. */
  readonly received: number;
  /** Null: an event that contradicts its own object. */
  readonly livemode: boolean | null;
  /** Why the last card was declined. */
  readonly declineReason: string | null;
}

/** `failed` is final: the money came back to us, even after Stripe had said `succeeded`. */
export type StripeRefundStatus = 'submitted' | 'succeeded' | 'failed';

export interface RefundFact {
  readonly kind: 'refund';
  readonly stripeRefundId: string;
  readonly intentId: string | null;
  /** Our refund named in its metadata, where that is a UUID; null: somebody else made it. */
  readonly refundId: string | null;
  readonly amount: MoneyJson;
  readonly status: StripeRefundStatus;
  readonly failure: string | null;
}

/** Something about the refunds of an intent changed; what, only its list of refunds tells. */
export interface RefundsChangedFact {
  readonly kind: 'refunds-changed';
  readonly intentId: string | null;
}

export interface DisputeFact {
  readonly kind: 'dispute';
  readonly disputeId: string;
  readonly intentId: string | null;
  readonly amount: MoneyJson;
  /** Stripe's own word. */
  readonly status: string;
  readonly reason: string | null;
  readonly closed: boolean;
}

/** What Stripe tells, in our words. */
export type StripeFact = IntentFact | RefundFact | RefundsChangedFact | DisputeFact;
