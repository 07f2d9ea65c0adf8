import { hasHiddenCharacters } from '@app/kernel/text.js';

/** As much as the domain asks of an address. What a customer sends is checked more strictly. */
export function isEmail(email: string): boolean {
  const normalised = normaliseEmail(email);
  return /^[^\s@]+@[^\s@]+$/.test(normalised) && !hasHiddenCharacters(normalised);
}

/** E-mail addresses that differ only in case, outer spaces or Unicode composition belong to the same user. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC');
}
