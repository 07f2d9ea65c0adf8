import { randomInt } from 'node:crypto';

/** Crockford's base32 (crockford.com/base32): without I, L, O and U, which are easily misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Corrects what a person mistypes: lower case, O for 0, I and L for 1, and leaves out spaces and hyphens between characters. */
export function readBookingCode(text: string): string {
  return text.toUpperCase().replaceAll(/[ -]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** Eight random characters: 2^40 codes. */
export function newBookingCode(): string {
  return Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
