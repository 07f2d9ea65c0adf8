/** What the auth context reads from the environment. */
import { DAY_MS } from '@app/kernel/durations.js';
import type { Environment } from '@app/platform/config/environment.js';
import { PasswordOutOfRange, PasswordTooCommon } from './domain/errors.js';
import { checkNewPassword, PASSWORD_LENGTH } from './domain/password.js';
import type { SessionLifetimes } from './domain/session.js';

const MAX_REQUESTS = 1_000_000;

export class AuthSettings {
  /** Created at start when there is no admin. Null: no admin is created. */
  readonly firstAdmin: { readonly email: string; readonly password: string } | null;
  readonly sessionLifetimes: SessionLifetimes;
  /** Requests allowed; 0 is no limit. */
  readonly limits: {
    /** Failed logins to one account from one address. */
    readonly loginPerAccountPerMinute: number;
    /** Failed logins to one account from all networks together that its owner does not use. */
    readonly loginFailuresPerAccountPerHour: number;
    readonly loginPerAddressPerMinute: number;
    readonly registerPerAddressPerHour: number;
    /** Links for a new password that are sent to one e-mail address. */
    readonly passwordResetPerEmailPerHour: number;
    /** Links that verify an address, sent to one e-mail address. */
    readonly emailVerificationPerEmailPerHour: number;
    readonly refreshPerSessionPerMinute: number;
    readonly refreshPerAddressPerMinute: number;
  };

  constructor(env: Environment) {
    this.firstAdmin = readFirstAdmin(env);
    this.sessionLifetimes = {
      unusedMs: env.integer('SESSION_DAYS', { fallback: 30, min: 1, max: 365 }) * DAY_MS,
      // Without an end, a stolen session would last for ever. To log in twice a year is little to ask of a customer.
      wholeMs: env.integer('SESSION_DAYS_IN_ALL', { fallback: 180, min: 1, max: 3_650 }) * DAY_MS,
    };
    this.limits = {
      loginPerAccountPerMinute: env.integer('LOGIN_PER_ACCOUNT_PER_MINUTE', { fallback: 10, min: 0, max: MAX_REQUESTS }),
      // NIST SP 800-63B, 3.2.2: at most 100 failures in a row. Together with the passwords that are refused as common, guessing takes centuries.
      loginFailuresPerAccountPerHour: env.integer('LOGIN_FAILURES_PER_ACCOUNT_PER_HOUR', { fallback: 100, min: 0, max: MAX_REQUESTS }),
      loginPerAddressPerMinute: env.integer('LOGIN_PER_ADDRESS_PER_MINUTE', { fallback: 600, min: 0, max: MAX_REQUESTS }),
      registerPerAddressPerHour: env.integer('REGISTER_PER_ADDRESS_PER_HOUR', { fallback: 1_000, min: 0, max: MAX_REQUESTS }),
      passwordResetPerEmailPerHour: env.integer('PASSWORD_RESET_PER_EMAIL_PER_HOUR', { fallback: 5, min: 0, max: MAX_REQUESTS }),
      emailVerificationPerEmailPerHour: env.integer('EMAIL_VERIFICATION_PER_EMAIL_PER_HOUR', { fallback: 5, min: 0, max: MAX_REQUESTS }),
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
  const admin = { email: env.email('ADMIN_EMAIL'), password: env.secret('ADMIN_PASSWORD', PASSWORD_LENGTH.min) };
  if (admin.password.length >= PASSWORD_LENGTH.min) checkAdminPassword(env, admin);
  return admin;
}

/** As for every new password, and named before anything starts. */
function checkAdminPassword(env: Environment, { email, password }: { email: string; password: string }): void {
  try {
    checkNewPassword(password, email);
  } catch (error) {
    if (error instanceof PasswordTooCommon) env.faults.push('ADMIN_PASSWORD is one of the most common passwords, or ADMIN_EMAIL');
    else if (error instanceof PasswordOutOfRange)
      env.faults.push(`ADMIN_PASSWORD must have ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters`);
    else throw error;
  }
}
