/** How often an account, or the accounts of a network together, may have Stripe asked. The limit of Stripe's own is one for all of our customers. */
import { networkOf } from '@app/platform/http/limits/network.js';
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { PaymentsSettings } from '../payments.settings.js';

export const PAYMENT_PER_ACCOUNT: RateLimit = {
  name: 'paymentPerAccount',
  windowSeconds: 60,
  allowed: (settings) => settings.get(PaymentsSettings).paymentPerAccountPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};

/** Accounts cost nothing: many of one network together have Stripe asked no more often than this. */
export const PAYMENT_PER_ADDRESS: RateLimit = {
  name: 'paymentPerAddress',
  windowSeconds: 60,
  allowed: (settings) => settings.get(PaymentsSettings).paymentPerAddressPerMinute,
  key: ({ ip }) => networkOf(ip),
};

export const REFUND_PER_ADMIN: RateLimit = {
  name: 'refundPerAdmin',
  windowSeconds: 60,
  allowed: (settings) => settings.get(PaymentsSettings).refundPerAdminPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};
