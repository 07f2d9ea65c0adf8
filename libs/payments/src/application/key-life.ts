/** Stripe forgets an idempotency key after 24 hours (docs.stripe.com/api/idempotent_requests); an hour earlier we stop relying on it. */
export const KEY_LIFE = 23 * 3_600_000;
