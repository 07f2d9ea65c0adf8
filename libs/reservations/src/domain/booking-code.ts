import { randomBytes } from 'node:crypto';

/** Crockford's base32: no I, L, O or U, so that a code survives being read aloud (crockford.com/base32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Eight characters, 2^40 codes. */
export function newBookingCode(): string {
  return Array.from(randomBytes(8), (byte) => ALPHABET[byte & 31]).join('');
}
