/** How often a user may try to log in, and a network may try to log in and to register. */
import { type RateLimit, networkOf } from '@app/platform/http/rate-limit.js';
import { AuthSettings } from '../auth.settings.js';
import { normaliseEmail } from '../domain/email.js';

export const LOGIN_PER_ACCOUNT: RateLimit = {
  name: 'loginPerAccount',
  windowSeconds: 60,
  allowed: (settings) => settings.get(AuthSettings).limits.loginPerAccountPerMinute,
  key: ({ body }) => userNamed(body),
};

export const LOGIN_PER_ADDRESS: RateLimit = {
  name: 'loginPerAddress',
  windowSeconds: 60,
  allowed: (settings) => settings.get(AuthSettings).limits.loginPerAddressPerMinute,
  key: ({ ip }) => networkOf(ip),
};

export const REGISTER_PER_ADDRESS: RateLimit = {
  name: 'registerPerAddress',
  windowSeconds: 3_600,
  allowed: (settings) => settings.get(AuthSettings).limits.registerPerAddressPerHour,
  key: ({ ip }) => networkOf(ip),
};

function userNamed(body: unknown): string | null {
  const { email, username } = (typeof body === 'object' && body !== null ? body : {}) as { email?: unknown; username?: unknown };
  const name = email ?? username;
  // The route refuses longer ones. PostgreSQL stores no NUL, and a key has at most 255 characters.
  return typeof name === 'string' && name.length <= 200 && !name.includes('\0') && name.isWellFormed() ? normaliseEmail(name) : null;
}
