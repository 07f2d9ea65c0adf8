/** What payments reads from the environment. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@app/kernel/durations.js';
import type { Environment } from '@app/platform/config/environment.js';

/** A hundred years: for ever. */
const MAX_KEPT_DAYS = 36_500;

const SECRET_KEY = {
  pattern: /^[rs]k_(test|live)_[\w-]+$/,
  description: 'a secret key of Stripe, which starts with sk_test_, sk_live_, rk_test_ or rk_live_',
};
const PUBLISHABLE_KEY = {
  pattern: /^pk_(test|live)_[\w-]+$/,
  description: 'a publishable key of Stripe, which starts with pk_test_ or pk_live_',
};
const WEBHOOK_SECRET = { pattern: /^whsec_[\w+/=-]+$/, description: 'the signing secret of a webhook endpoint, which starts with whsec_' };
const MODE = /^[a-z]k_(test|live)_/;

export class PaymentsSettings {
  readonly stripe: {
    readonly secretKey: string;
    readonly publishableKey: string;
    /** A webhook may be signed with any of these. */
    readonly webhookSecrets: readonly string[];
    /** Null: Stripe itself. */
    readonly apiUrl: string | null;
    readonly timeoutMs: number;
  };
  /** Unfinished payments that are older are compared with Stripe. */
  readonly reconcileAfterMs: number;
  /** How often a customer may ask for a payment, and an admin for refunds, comparisons and events again: each may cost a call to Stripe. 0 is no limit. */
  readonly paymentPerAccountPerMinute: number;
  readonly paymentPerAddressPerMinute: number;
  readonly refundPerAdminPerMinute: number;
  readonly ticks: {
    readonly retryStripeEventsMs: number;
    readonly requestOwedRefundsMs: number;
    readonly reconcilePaymentsMs: number;
    readonly reconcileEventsMs: number;
    readonly reconcileDaysMs: number;
    readonly deleteOldStripeDataMs: number;
  };
  /** How long what Stripe told us is kept. */
  readonly kept: {
    /** They hold data of card holders. A body is of use while an event may have to be applied again. */
    readonly stripeEventBodiesDays: number;
    /** As long as a card holder can dispute a payment, in the longest case of the card networks. */
    readonly stripeEventsDays: number;
    /** Of jobs that are done. Stripe forgets a key after 24 hours or a little later. */
    readonly idempotencyKeysDays: number;
  };

  constructor(env: Environment) {
    const previousWebhookSecret = env.optionalSecret('STRIPE_WEBHOOK_PREVIOUS_SECRET', 8, WEBHOOK_SECRET);
    this.stripe = {
      secretKey: env.secret('STRIPE_SECRET_KEY', 8, SECRET_KEY),
      publishableKey: env.secret('STRIPE_PUBLISHABLE_KEY', 8, PUBLISHABLE_KEY),
      webhookSecrets: [
        env.secret('STRIPE_WEBHOOK_SECRET', 8, WEBHOOK_SECRET),
        ...(previousWebhookSecret === null ? [] : [previousWebhookSecret]),
      ],
      apiUrl: env.optionalUrl('STRIPE_API_URL', ['http:', 'https:']),
      timeoutMs: env.durationMs('STRIPE_TIMEOUT_MS', { fallback: 10 * SECOND_MS, max: MINUTE_MS }),
    };
    const modes = new Set([this.stripe.secretKey, this.stripe.publishableKey].map((key) => MODE.exec(key)?.[1]));
    if (modes.has('test') && modes.has('live'))
      env.faults.push('STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY must both be test keys or both be live keys');
    if (this.stripe.apiUrl !== null && URL.canParse(this.stripe.apiUrl) && hasMoreThanAnOrigin(new URL(this.stripe.apiUrl)))
      env.faults.push('STRIPE_API_URL must be scheme, host and port alone: the paths are those of Stripe');
    if (env.isProduction && this.stripe.apiUrl?.startsWith('http:'))
      env.faults.push('STRIPE_API_URL must not be set to a stand-in in production');
    this.reconcileAfterMs = env.durationMs('RECONCILE_AFTER_MS', { fallback: 2 * MINUTE_MS });
    this.paymentPerAccountPerMinute = env.integer('PAYMENT_PER_ACCOUNT_PER_MINUTE', { fallback: 30, min: 0, max: 1_000_000 });
    // An office or a mobile carrier shares an address: ten payments a second.
    this.paymentPerAddressPerMinute = env.integer('PAYMENT_PER_ADDRESS_PER_MINUTE', { fallback: 600, min: 0, max: 1_000_000 });
    this.refundPerAdminPerMinute = env.integer('REFUND_PER_ADMIN_PER_MINUTE', { fallback: 60, min: 0, max: 1_000_000 });
    this.ticks = {
      retryStripeEventsMs: env.durationMs('TICK_RETRY_STRIPE_EVENTS_MS', { fallback: SECOND_MS }),
      requestOwedRefundsMs: env.durationMs('TICK_REQUEST_OWED_REFUNDS_MS', { fallback: MINUTE_MS }),
      reconcilePaymentsMs: env.durationMs('TICK_RECONCILE_PAYMENTS_MS', { fallback: MINUTE_MS }),
      reconcileEventsMs: env.durationMs('TICK_RECONCILE_EVENTS_MS', { fallback: HOUR_MS }),
      reconcileDaysMs: env.durationMs('TICK_RECONCILE_DAYS_MS', { fallback: 24 * HOUR_MS }),
      deleteOldStripeDataMs: env.durationMs('TICK_DELETE_OLD_STRIPE_DATA_MS', { fallback: HOUR_MS }),
    };
    this.kept = {
      stripeEventBodiesDays: env.integer('STRIPE_EVENT_BODIES_KEPT_DAYS', { fallback: 90, min: 7, max: MAX_KEPT_DAYS }),
      stripeEventsDays: env.integer('STRIPE_EVENTS_KEPT_DAYS', { fallback: 540, min: 7, max: MAX_KEPT_DAYS }),
      idempotencyKeysDays: env.integer('STRIPE_KEYS_KEPT_DAYS', { fallback: 30, min: 2, max: MAX_KEPT_DAYS }),
    };
  }
}

function hasMoreThanAnOrigin({ pathname, search, hash, username }: URL): boolean {
  return pathname !== '/' || `${search}${hash}${username}` !== '';
}
