/** How often an account may hold seats. */
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { ReservationsSettings } from '../reservations.settings.js';

export const HOLD_PER_ACCOUNT: RateLimit = {
  name: 'holdPerAccount',
  windowSeconds: 60,
  allowed: (settings) => settings.get(ReservationsSettings).holdPerAccountPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};
