/** The records of a CSV file with the line each begins on. Commas, semicolons and tabs are told apart by the first line. */
import { Readable } from 'node:stream';
import { type CsvError, type Options, parse } from 'csv-parse';

export interface CsvRecord {
  readonly line: number;
  /** What keeps it from being a record, or null. */
  readonly problem: string | null;
  readonly cells: readonly string[];
}

/** Empty lines are left out; nothing follows a record with a problem. `start` is the beginning of the file. */
export async function* csvRecords(source: AsyncIterable<Buffer>, start: string): AsyncGenerator<CsvRecord> {
  let lastLine = 0;
  let broken: CsvRecord | null = null;
  const options: Options = {
    bom: true,
    delimiter: delimiterOf(start),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    // Instead of an error, which would take along the good records that are still on their way through the stream.
    skip_records_with_error: true,
    info: true,
    raw: true,
    on_record: (record, { lines }) => {
      lastLine = lines;
      return broken === null ? record : null;
    },
    on_skip: (error) => {
      if (error !== undefined) broken ??= { line: faultyLine(error, lastLine), problem: problemOf(error), cells: [] };
      return undefined;
    },
  };
  const parser = parse(options);
  const bytes = Readable.from(source);
  bytes.once('error', (error) => parser.destroy(error));
  for await (const { info, record, raw } of bytes.pipe(parser) as AsyncIterable<ParsedRecord>) {
    yield { line: firstLineOf(info.lines, raw), problem: null, cells: record };
  }
  if (broken !== null) yield broken;
}

interface ParsedRecord {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
  readonly raw: string;
}

/** A quote that is never closed is noticed at the end of the file only. */
function faultyLine(error: CsvError, lastGoodLine: number): number {
  return error.code === 'CSV_QUOTE_NOT_CLOSED' ? lastGoodLine + 1 : Number(error['lines'] ?? lastGoodLine + 1);
}

function problemOf({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed';
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'something stands between a closing quote and the end of its cell';
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote stands inside a cell that does not begin with one';
  return message;
}

/** The parser says where a record ends; a quoted cell may hold line ends. */
function firstLineOf(lastLine: number, raw: string): number {
  return lastLine - (raw.replace(/^\s+|\s+$/g, '').match(/\r\n|\n|\r/g)?.length ?? 0);
}

function delimiterOf(start: string): string {
  const header =
    start
      .replace(/^\ufeff/, '')
      .split(/\r\n|\n|\r/)
      .find((line) => line.trim() !== '') ?? '';
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: unquoted.split(delimiter).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}
