/** The words that programs write where there is no value. */

/** MySQL and IMDb, spreadsheets, pandas and Python, R, SQL, MovieLens. */
const WORDS_FOR_NOTHING: ReadonlySet<string> = new Set(
  ['\\N', 'N/A', '#N/A', 'NA', '<NA>', 'NaN', 'NaT', 'NULL', 'None', '(no genres listed)'].map(lowerCase),
);

/** Whether a cell or a field of JSON says that there is nothing: no value, or a word for it in any case. Empty text is a value of its own. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && WORDS_FOR_NOTHING.has(lowerCase(value.trim())));
}

function lowerCase(word: string): string {
  return word.toLowerCase();
}
