/** How often an address may fail to log in to an account, and may try to log in and to register at all. */
import { createHash } from 'node:crypto';
import { networkOf } from '@app/platform/http/limits/network.js';
import type { RateLimit } from '@app/platform/http/limits/rate-limit.js';
import { AuthSettings } from '../auth.settings.js';

/** A counter outlives the account of an erased person by up to an hour: it does not name the person. */
const hashOf = (email: string): string => createHash('sha256').update(email).digest('base64url');

/** By account and address: a guesser of passwords does not lock out the owner, who is elsewhere. */
export const FAILED_LOGINS: RateLimit<{ email: string; ip: string }> = {
  name: 'failedLogins',
  windowSeconds: 60,
  allowed: (settings) => settings.get(AuthSettings).limits.loginPerAccountPerMinute,
  key: ({ email, ip }) => `${networkOf(ip)} ${hashOf(email)}`,
};

/**
 * By account alone, for networks that the owner has not logged in from: many networks together guess no more than this. The owner still logs in from a
 * known network, or sets a new password by mail, which makes the network known.
 */
export const FAILED_LOGINS_OF_ACCOUNT: RateLimit<{ email: string }> = {
  name: 'failedLoginsOfAccount',
  windowSeconds: 3_600,
  allowed: (settings) => settings.get(AuthSettings).limits.loginFailuresPerAccountPerHour,
  key: ({ email }) => hashOf(email),
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

/** By the session that the handler looks for. */
export const REFRESH_PER_SESSION: RateLimit<{ sessionId: string }> = {
  name: 'refreshPerSession',
  windowSeconds: 60,
  allowed: (settings) => settings.get(AuthSettings).limits.refreshPerSessionPerMinute,
  key: ({ sessionId }) => sessionId,
};

export const REFRESH_PER_ADDRESS: RateLimit = {
  name: 'refreshPerAddress',
  windowSeconds: 60,
  allowed: (settings) => settings.get(AuthSettings).limits.refreshPerAddressPerMinute,
  key: ({ ip }) => networkOf(ip),
};

/** Each costs two hashes, and could guess the current password. */
export const PASSWORD_CHANGES: RateLimit = {
  name: 'passwordChanges',
  windowSeconds: 60,
  allowed: (settings) => settings.get(AuthSettings).limits.loginPerAccountPerMinute,
  key: ({ principal }) => principal?.userId ?? null,
};

/** Each may cost a mail. By address and network: an attacker elsewhere does not use up what the owner may ask for. */
export const PASSWORD_RESETS: RateLimit<{ email: string; ip: string }> = {
  name: 'passwordResets',
  windowSeconds: 3_600,
  allowed: (settings) => settings.get(AuthSettings).limits.passwordResetPerEmailPerHour,
  key: ({ email, ip }) => `${networkOf(ip)} ${hashOf(email)}`,
};

/** By the address that gets the mails: an attacker cannot fill an inbox from many places. More than one network is allowed, so that none uses it up. */
export const PASSWORD_RESETS_OF_ACCOUNT: RateLimit<{ email: string }> = {
  name: 'passwordResetsOfAccount',
  windowSeconds: 3_600,
  allowed: (settings) => 4 * settings.get(AuthSettings).limits.passwordResetPerEmailPerHour,
  key: ({ email }) => hashOf(email),
};

/** Each may cost a mail, by the address that gets it. A registration counts too: above the limit it sends no mail. */
export const EMAIL_VERIFICATIONS: RateLimit<{ email: string }> = {
  name: 'emailVerifications',
  windowSeconds: 3_600,
  allowed: (settings) => settings.get(AuthSettings).limits.emailVerificationPerEmailPerHour,
  key: ({ email }) => hashOf(email),
};
