import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { DerivedTokens } from '../domain/derived-tokens.js';

type Purpose = 'mail' | 'refresh';
const KEY_BYTES = 32;

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

  successorsOf(refreshToken: string): readonly [string, ...string[]] {
    const [current, ...previous] = this.#secrets.map((secret) => derive(secret, 'refresh', refreshToken));
    return [current ?? '', ...previous];
  }
}

function derive(secret: string, purpose: Purpose, text: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `auth.${purpose}-token`, KEY_BYTES));
  return createHmac('sha256', key).update(text).digest('base64url');
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
