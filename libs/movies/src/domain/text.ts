/** Titles and genre names: how they are stored, and how they are compared. */

/** Unicode NFC, without outer spaces, and one space between words. */
export function normaliseText(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

const ACCENTS = /[\u0300-\u036f]/g;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** Letters with a stroke and ligatures, which Unicode does not take apart. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' };

/**
 * What titles and genre names are searched, compared and sorted by: without regard to case as languages have it (`Straße` and `STRASSE`,
 * `İstanbul` and `istanbul`, every sigma), to accents, and to what is invisible. Stored, so that PostgreSQL needs no collation for it: change
 * it with a migration that makes the stored keys anew. Not NFKD: its longest expansions fit no index.
 */
export function sortKey(text: string): string {
  const plain = normaliseText(text).normalize('NFD').replaceAll(ACCENTS, '').replaceAll(INVISIBLE, '');
  // Upper case takes ß apart, but only in lower case.
  const folded = plain.toLowerCase().replaceAll(ACCENTS, '').toUpperCase().toLowerCase();
  const key = normaliseText(folded.replaceAll(/[øłđħæœς]/g, (letter) => PLAIN_LETTERS[letter] ?? letter));
  // Of accents alone nothing would be left.
  return key === '' ? normaliseText(text).toLowerCase() : key;
}
