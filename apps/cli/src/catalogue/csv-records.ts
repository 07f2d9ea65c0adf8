/** Reads the records of a CSV file, each with the number of its first line. The first line decides between commas, semicolons and tabs. */
import { Readable } from 'node:stream';
import { type CsvError, type Options, parse } from 'csv-parse';

export interface CsvRecord {
  /** Counted from 1. */
  readonly line: number;
  /** Why the record cannot be read, or null. */
  readonly problem: string | null;
  readonly cells: readonly string[];
}

/** Empty lines are skipped. A record with a problem is the last one. `start` is the beginning of the file. */
export async function* csvRecords(source: AsyncIterable<Buffer>, start: string): AsyncGenerator<CsvRecord> {
  let lastLine = 0;
  let unreadable: CsvRecord | null = null;
  const options: Options = {
    bom: true,
    delimiter: delimiterOf(start),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    // An error would discard the good records that are still buffered in the stream.
    skip_records_with_error: true,
    info: true,
    raw: true,
    on_record: (record, { lines }) => {
      lastLine = lines;
      return unreadable === null ? record : null;
    },
    on_skip: (error) => {
      if (error !== undefined) unreadable ??= { line: lineOf(error, lastLine), problem: problemOf(error), cells: [] };
      return undefined;
    },
  };
  const parser = parse(options);
  const bytes = Readable.from(source);
  bytes.once('error', (error) => parser.destroy(error));
  for await (const { info, record, raw } of bytes.pipe(parser) as AsyncIterable<ParsedRecord>) {
    yield { line: firstLineOf(info.lines, raw), problem: null, cells: record };
  }
  if (unreadable !== null) yield unreadable;
}

interface ParsedRecord {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
  readonly raw: string;
}

/** The parser notices an unclosed quote only at the end of the file, so the line after the last good record is the right one. */
function lineOf(error: CsvError, lastGoodLine: number): number {
  return error.code === 'CSV_QUOTE_NOT_CLOSED' ? lastGoodLine + 1 : Number(error['lines'] ?? lastGoodLine + 1);
}

function problemOf({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed';
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'there is text between a closing quote and the end of its cell';
  if (code === 'INVALID_OPENING_QUOTE') return 'there is a quote inside a cell that does not begin with one';
  return message;
}

/** The parser reports the last line of a record. A quoted cell may contain line ends. */
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
