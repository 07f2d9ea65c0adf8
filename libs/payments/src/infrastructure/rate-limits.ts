/** How often an account may have Stripe asked. The limit of Stripe's own is one for all of our customers. */
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { PaymentsSettings } from '../payments.settings.js';

export const PAYMENT_PER_ACCOUNT: RateLimit = {
  name: 'paymentPerAccount',
  windowSeconds: 60,
  allowed: (settings) => settings.get(PaymentsSettings).paymentPerAccountPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};

export const REFUND_PER_ADMIN: RateLimit = {
  name: 'refundPerAdmin',
  windowSeconds: 60,
  allowed: (settings) => settings.get(PaymentsSettings).refundPerAdminPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};
