/** Text as people see it: how long it is, and whether it shows anything. */

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
