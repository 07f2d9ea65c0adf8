import type { MoneyJson } from '@app/kernel/money.js';

/** The status of a payment intent, as far as a payment needs it. `open`: anything between its creation and its end. */
export type IntentStatus = 'open' | 'failed' | 'cancelled' | 'succeeded';

/** Why a card was declined: Stripe's codes, and its sentence for the customer. docs.stripe.com/declines/codes */
export interface PaymentError {
  readonly code: string | null;
  readonly declineCode: string | null;
  readonly message: string | null;
}

export function isSameError(a: PaymentError | null, b: PaymentError | null): boolean {
  return a?.code === b?.code && a?.declineCode === b?.declineCode && a?.message === b?.message;
}

export interface IntentFact {
  readonly kind: 'intent';
  readonly intentId: string;
  /** The payment that its metadata names; null where that is no UUID. */
  readonly paymentId: string | null;
  readonly status: IntentStatus;
  /** What it asks for. */
  readonly amount: MoneyJson;
  /** What arrived, in minor units. 0 until it succeeds. */
  readonly received: number;
  /** Null where an event contradicts the object in it. */
  readonly livemode: boolean | null;
  /** Of the last card that was declined. */
  readonly lastError: PaymentError | null;
}

/** `failed` is final: the money came back to us, even after Stripe had said `succeeded`. */
export type StripeRefundStatus = 'submitted' | 'succeeded' | 'failed';

export interface RefundFact {
  readonly kind: 'refund';
  readonly stripeRefundId: string;
  readonly intentId: string | null;
  readonly chargeId: string | null;
  /** The refund that its metadata names; null where that is no UUID, because somebody else made it. */
  readonly refundId: string | null;
  /** Whether its metadata says that seats were changed for cheaper ones. */
  readonly isForChangedSeats: boolean;
  readonly amount: MoneyJson;
  readonly status: StripeRefundStatus;
  readonly failure: string | null;
}

/** The refunds of an intent changed. Only Stripe's list of them says how. */
interface RefundsChangedFact {
  readonly kind: 'refunds-changed';
  readonly intentId: string | null;
  readonly chargeId: string | null;
}

/** What moved on our balance for a dispute. */
export interface DisputeFunds {
  /** How many of Stripe's balance transactions are known. They are only added, so of two facts the one with more of them is the younger one. */
  readonly movements: number;
  /** What came back of the disputed amount, in minor units of its currency. */
  readonly reinstated: number;
  /** What Stripe charged for the dispute, in the currency of the account; null where nothing moved. */
  readonly fee: MoneyJson | null;
}

export interface DisputeFact {
  readonly kind: 'dispute';
  readonly disputeId: string;
  readonly intentId: string | null;
  readonly chargeId: string | null;
  readonly amount: MoneyJson;
  /** Stripe's own word. */
  readonly status: string;
  readonly reason: string | null;
  readonly closed: boolean;
  readonly funds: DisputeFunds;
}

/** The objects that an event names and that may be ours. Null where it names none. */
export interface NamedObjects {
  readonly intentId: string | null;
  /** The charge that a refund or a dispute is about. It tells the intent where that is not named. */
  readonly chargeId: string | null;
  readonly paymentId: string | null;
  readonly refundId: string | null;
}

/** What Stripe says, in our words. */
export type StripeFact = IntentFact | RefundFact | RefundsChangedFact | DisputeFact;
