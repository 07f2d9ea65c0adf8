/** One person, one account: addresses that differ only in case, spaces around them or Unicode composition are the same. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC');
}
