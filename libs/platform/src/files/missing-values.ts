/** The words that programs write where there is no value. */

/** MySQL and IMDb, spreadsheets, pandas and Python, R, SQL. */
const WORDS_FOR_NOTHING: ReadonlySet<string> = new Set(['\\N', 'N/A', '#N/A', 'NA', '<NA>', 'NaN', 'NaT', 'NULL', 'None'].map(lowerCase));

/** Whether a cell or a field of JSON says that there is nothing: no value, or a word for it in any case. Empty text is a value of its own. `also`: further words, in lower case. */
export function isMissing(value: unknown, also?: ReadonlySet<string>): boolean {
  if (typeof value !== 'string') return value === undefined || value === null;
  const word = lowerCase(value.trim());
  return WORDS_FOR_NOTHING.has(word) || (also?.has(word) ?? false);
}

function lowerCase(word: string): string {
  return word.toLowerCase();
}
