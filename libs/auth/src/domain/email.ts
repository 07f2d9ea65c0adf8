/** E-mail addresses that differ only in case, outer spaces or Unicode composition belong to the same user. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC');
}
