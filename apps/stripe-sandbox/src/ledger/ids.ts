import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const fairBytes = 248; // the largest multiple of 62 a byte can hold; anything above would favour the first characters

export function randomToken(length: number): string {
  let token = '';
  while (token.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < fairBytes && token.length < length) token += alphabet[byte % alphabet.length];
    }
  }
  return token;
}

/** Ids as Stripe forms them: a prefix, a generation digit and 23 base62 characters. */
export const newId = {
  paymentIntent: () => `pi_3${randomToken(23)}`,
  paymentMethod: () => `pm_1${randomToken(23)}`,
  charge: () => `ch_3${randomToken(23)}`,
  refund: () => `re_3${randomToken(23)}`,
  dispute: () => `du_1${randomToken(23)}`,
  balanceTransaction: () => `txn_3${randomToken(23)}`,
  event: () => `evt_3${randomToken(23)}`,
  request: () => `req_${randomToken(14)}`,
  delivery: () => `wd_${randomToken(24)}`,
  clientSecret: (paymentIntent: string) => `${paymentIntent}_secret_${randomToken(25)}`,
};

/** Stripe's Unix seconds. */
export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}

/** The id behind a field that Stripe may expand. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}
