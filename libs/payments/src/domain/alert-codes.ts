/** The alerts of payments. The codes are stable: the rules that watch the log use them. */
export const STRIPE_EVENT_PARKED = 'webhook-parked';
export const STRIPE_EVENT_DISAGREES = 'webhook-disagrees';
export const PAYMENT_WRONG_AMOUNT = 'payment-wrong-amount';
export const REFUND_FAILED = 'refund-failed';
export const REFUND_PAID_TWICE = 'refund-paid-twice';
/** Refunds wait until the balance at Stripe covers them. */
export const STRIPE_BALANCE_TOO_LOW = 'stripe-balance-too-low';
export const REFUND_NOT_REQUESTED = 'refund-not-requested';
export const EXTERNAL_REFUND = 'external-refund';
export const DISPUTE_OPENED = 'dispute-opened';
export const DISPUTE_MISSING = 'dispute-missing';
export const STRIPE_KEY_REFUSED = 'stripe-key-refused';
export const STRIPE_REFUSES_PAYMENTS = 'stripe-refuses-payments';
export const STRIPE_OBJECT_UNREADABLE = 'stripe-object-unreadable';
export const SWEEP_FAILED = 'sweep-failed';
export const INTENT_MISSING = 'intent-missing';
export const ORPHANED_INTENT = 'orphaned-intent';
