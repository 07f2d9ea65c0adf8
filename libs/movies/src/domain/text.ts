/** Titles and genre names: how they are stored, and how they are compared. */

/** Unicode NFC, without outer spaces, and one space between words. */
export function normaliseText(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

/** What titles and genre names are compared and sorted by, without regard to case and spaces. Not NFKC: its longest expansions fit no index. */
export function sortKey(text: string): string {
  return normaliseText(text).toLowerCase().normalize('NFC');
}
