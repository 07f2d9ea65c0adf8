import { randomBytes } from 'node:crypto';

/** Crockford's base32: no I, L, O or U, so that a code survives being read aloud (crockford.com/base32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The code somebody means who reads one aloud: O is 0, I and L are 1. */
export function readBookingCode(text: string): string {
  return text.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** Eight characters, 2^40 codes. */
export function newBookingCode(): string {
  return Array.from(randomBytes(8), (byte) => ALPHABET[byte & 31]).join('');
}
