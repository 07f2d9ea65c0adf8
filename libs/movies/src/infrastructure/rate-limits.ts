/** How often an admin may upload a poster. */
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { MoviesSettings } from '../movies.settings.js';

/** Each renders two images and stores them. */
export const POSTERS_PER_ADMIN: RateLimit = {
  name: 'postersPerAdmin',
  windowSeconds: 60,
  allowed: (settings) => settings.get(MoviesSettings).postersPerAdminPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};
