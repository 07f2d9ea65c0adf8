/** How often an admin may have a mail sent again. */
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { NotificationsSettings } from '../notifications.settings.js';

/** Each has the mail server asked. */
export const MAIL_RETRY_PER_ADMIN: RateLimit = {
  name: 'mailRetryPerAdmin',
  windowSeconds: 60,
  allowed: (settings) => settings.get(NotificationsSettings).mailRetryPerAdminPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};
