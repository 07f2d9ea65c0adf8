/** What the auth context reads from the environment. */
import type { Environment } from '@app/platform/config/environment.js';

const MAX_REQUESTS = 1_000_000;
const DAY_MS = 86_400_000;

export class AuthSettings {
  /** Created at start when there is no admin. Null: no admin is created. */
  readonly firstAdmin: { readonly email: string; readonly password: string } | null;
  /** How long a session lasts without a refresh. */
  readonly sessionLifetimeMs: number;
  /** Requests allowed; 0 is no limit. */
  readonly limits: {
    /** Failed logins to one account from one address. */
    readonly loginPerAccountPerMinute: number;
    readonly loginPerAddressPerMinute: number;
    readonly registerPerAddressPerHour: number;
    /** Links for a new password that are sent to one e-mail address. */
    readonly passwordResetPerEmailPerHour: number;
    readonly refreshPerSessionPerMinute: number;
    readonly refreshPerAddressPerMinute: number;
  };

  constructor(env: Environment) {
    this.firstAdmin = readFirstAdmin(env);
    this.sessionLifetimeMs = env.integer('SESSION_DAYS', { fallback: 30, min: 1, max: 365 }) * DAY_MS;
    this.limits = {
      loginPerAccountPerMinute: env.integer('LOGIN_PER_ACCOUNT_PER_MINUTE', { fallback: 10, min: 0, max: MAX_REQUESTS }),
      loginPerAddressPerMinute: env.integer('LOGIN_PER_ADDRESS_PER_MINUTE', { fallback: 600, min: 0, max: MAX_REQUESTS }),
      registerPerAddressPerHour: env.integer('REGISTER_PER_ADDRESS_PER_HOUR', { fallback: 1_000, min: 0, max: MAX_REQUESTS }),
      passwordResetPerEmailPerHour: env.integer('PASSWORD_RESET_PER_EMAIL_PER_HOUR', { fallback: 5, min: 0, max: MAX_REQUESTS }),
      refreshPerSessionPerMinute: env.integer('REFRESH_PER_SESSION_PER_MINUTE', { fallback: 30, min: 0, max: MAX_REQUESTS }),
      refreshPerAddressPerMinute: env.integer('REFRESH_PER_ADDRESS_PER_MINUTE', { fallback: 600, min: 0, max: MAX_REQUESTS }),
    };
  }
}

function readFirstAdmin(env: Environment): AuthSettings['firstAdmin'] {
  const email = env.optional('ADMIN_EMAIL');
  const password = env.optional('ADMIN_PASSWORD');
  if (email === null && password === null) return null;
  if (email === null || password === null) {
    env.faults.push('ADMIN_EMAIL and ADMIN_PASSWORD must be given together');
    return null;
  }
  return { email: env.email('ADMIN_EMAIL'), password: env.secret('ADMIN_PASSWORD', 8) };
}
