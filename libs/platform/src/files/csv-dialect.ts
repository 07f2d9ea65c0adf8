/** How a text file writes its table: what the programs that export tables do differently. */

interface CsvDialect {
  readonly delimiter: string;
  /** Excel reads and writes `sep=;` as the first line: it names the separator and is no record. */
  readonly hasSeparatorLine: boolean;
  /** Some programs do not quote: a quote is a letter. */
  readonly quotesAreLetters: boolean;
}

export interface KnownFiles {
  /** The header of files that are known not to quote. */
  readonly quotesAreLettersAfter?: RegExp;
}

/** `start` is the beginning of the file. */
export function dialectOf(start: string, { quotesAreLettersAfter }: KnownFiles = {}): CsvDialect {
  const lines = start.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const [, separator] = /^"?sep=(.)"?$/i.exec(lines[0] ?? '') ?? [];
  const rows = lines.slice(separator === undefined ? 0 : 1);
  const delimiter = separator ?? mostFrequentDelimiter(rows.find((line) => line.trim() !== '') ?? '');
  // The last row may be cut off.
  const quotesAreLetters = delimiter === '\t' && (quotesAreLettersAfter?.test(rows[0] ?? '') || areLetters(rows.slice(0, -1)));
  return { delimiter, hasSeparatorLine: separator !== undefined, quotesAreLetters };
}

function mostFrequentDelimiter(header: string): string {
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, count: unquoted.split(delimiter).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

/** A quote that neither encloses a cell nor is doubled shows that a file does not quote. */
function areLetters(rows: readonly string[]): boolean {
  const cells = rows.flatMap((row) => row.split('\t')).filter((cell) => cell.includes('"'));
  return cells.some((cell) => !/^"(?:[^"]|"")*"$/.test(cell));
}
