// Ids and times in the forms that Stripe uses.
import { randomBytes } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
// The largest multiple of 62 that fits into a byte. Bytes from here on are skipped, because they would make some characters more likely.
const UNBIASED_BYTE_LIMIT = 248;

/** A prefix, which Stripe follows with a generation digit, and the number of random characters. */
const ID_FORMATS = {
  paymentIntent: { prefix: 'pi_3', length: 23 },
  paymentMethod: { prefix: 'pm_1', length: 23 },
  charge: { prefix: 'ch_3', length: 23 },
  refund: { prefix: 're_3', length: 23 },
  dispute: { prefix: 'du_1', length: 23 },
  balanceTransaction: { prefix: 'txn_3', length: 23 },
  event: { prefix: 'evt_3', length: 23 },
  request: { prefix: 'req_', length: 14 },
  delivery: { prefix: 'wd_', length: 24 },
} as const;

export function newId(kind: keyof typeof ID_FORMATS): string {
  const { prefix, length } = ID_FORMATS[kind];
  return `${prefix}${randomToken(length)}`;
}

export function newClientSecret(paymentIntentId: string): string {
  return `${paymentIntentId}_secret_${randomToken(25)}`;
}

export function unixNowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Returns the id in a field that holds an id or, when expanded, the object. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}

function randomToken(length: number): string {
  let token = '';
  while (token.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < UNBIASED_BYTE_LIMIT && token.length < length) token += BASE62[byte % BASE62.length];
    }
  }
  return token;
}
