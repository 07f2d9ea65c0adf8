/** Text as people see it: how long it is, whether it shows anything, and which texts are the same name. */

/**
 * In Unicode code points. All lengths of the system are counted so, because others count so as well: JSON Schema (`maxLength`), PostgreSQL
 * (`char_length`) and NIST SP 800-63B (passwords).
 */
export function characterCount(text: string): number {
  let surrogatePairs = 0;
  for (let index = 0; index < text.length - 1; index++) if (text.codePointAt(index)! > 0xffff) surrogatePairs++;
  return text.length - surrogatePairs;
}

/** Spaces, control and format characters, combining marks, fillers, and the empty pattern of Braille. */
const SHOWS_NOTHING = /^[\p{White_Space}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether nothing of the text can be seen. */
export function isBlank(text: string): boolean {
  return SHOWS_NOTHING.test(text);
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

/** Whether it holds characters that nobody sees: two such texts can look the same. */
export function hasHiddenCharacters(text: string): boolean {
  return HIDDEN.test(text);
}

/** Unicode NFC, without outer spaces, and one space between words. */
export function normaliseText(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

/** As PostgreSQL can store it: without NUL and lone surrogates. For what other servers say; the text of a user is refused instead. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

const ACCENTS = /[\u0300-\u036f]/g;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** Letters with a stroke and ligatures, which Unicode does not take apart. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' };

/**
 * What names (titles, genres, theatres, rooms) are searched, compared and sorted by: without regard to case as languages have it (`Straße` and `STRASSE`,
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
