/** How often an admin may have servers of others asked. */
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { SubscriptionsSettings } from '../subscriptions.settings.js';

/** Each has the address of a server looked up, or requests sent to it. */
export const WEBHOOKS_PER_ADMIN: RateLimit = {
  name: 'webhooksPerAdmin',
  windowSeconds: 60,
  allowed: (settings) => settings.get(SubscriptionsSettings).webhooksPerAdminPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};
