import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { DerivedTokens } from '../domain/derived-tokens.js';
import { sessionIdOf } from '../domain/session.js';

type Purpose = 'mail' | 'refresh' | 'refresh-seal' | 'network';
const KEY_BYTES = 32;
const RANDOM_BYTES = 32;

/** HMAC-SHA-256 with keys made from the secret of the access tokens (HKDF, RFC 5869): a key for each purpose, so that no token is good for another one. */
@Injectable()
export class HmacTokens extends DerivedTokens {
  readonly #secrets: readonly [string, ...string[]];

  constructor({ tokens }: Settings) {
    super();
    this.#secrets = tokens.previousSecret === null ? [tokens.secret] : [tokens.secret, tokens.previousSecret];
  }

  mailToken(requestId: string): string {
    return `${requestId}.${derive(this.#secrets[0], 'mail', requestId)}`;
  }

  requestOf(mailToken: string): string | null {
    const [requestId = '', code = ''] = mailToken.split('.');
    if (!isUuid(requestId)) return null;
    return this.#secrets.some((secret) => isEqual(code, derive(secret, 'mail', requestId))) ? requestId : null;
  }

  firstRefreshToken(sessionId: string): string {
    return seal(this.#secrets[0], `${sessionId}.${randomBytes(RANDOM_BYTES).toString('base64url')}`);
  }

  isRefreshToken(token: string): boolean {
    const sealAt = token.lastIndexOf('.');
    const [text, given] = [token.slice(0, sealAt), token.slice(sealAt + 1)];
    return this.#secrets.some((secret) => isEqual(given, derive(secret, 'refresh-seal', text)));
  }

  successorsOf(refreshToken: string): readonly [string, ...string[]] {
    const successor = (secret: string) => seal(secret, `${sessionIdOf(refreshToken)}.${derive(secret, 'refresh', refreshToken)}`);
    const [current, ...previous] = this.#secrets;
    return [successor(current), ...previous.map(successor)];
  }
}

/** The seal shows that a token was made here, without reading what is stored. */
function seal(secret: string, text: string): string {
  return `${text}.${derive(secret, 'refresh-seal', text)}`;
}

/** A key for each purpose, made from the secret. */
export function derive(secret: string, purpose: Purpose, text: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `auth.${purpose}-token`, KEY_BYTES));
  return createHmac('sha256', key).update(text).digest('base64url');
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
