/** Reads the records of a CSV file, each with the number of its first line. The start of the file decides about its dialect. */
import { Readable } from 'node:stream';
import { type CsvError, type Options, parse } from 'csv-parse';
import { type KnownFiles, dialectOf } from './csv-dialect.js';
import { LineNumbers } from './line-numbers.js';

export interface CsvRecord {
  /** Counted from 1. */
  readonly line: number;
  /** Why the record cannot be read, or null. */
  readonly problem: string | null;
  readonly cells: readonly string[];
}

/** Empty lines are skipped. A record with a problem is the last one. `start` is the beginning of the file. */
export async function* csvRecords(source: AsyncIterable<Buffer>, start: string, known?: KnownFiles): AsyncGenerator<CsvRecord> {
  const { delimiter, hasSeparatorLine, quotesAreLetters } = dialectOf(start, known);
  let unreadable: CsvError | null = null;
  const options: Options = {
    bom: true,
    delimiter,
    quote: quotesAreLetters ? null : '"',
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    // An error would discard the good records that are still buffered in the stream.
    skip_records_with_error: true,
    trim: true,
    info: true,
    raw: true,
    on_record: (record) => (unreadable === null ? record : null),
    on_skip: (error) => {
      if (error !== undefined) unreadable ??= error;
      return undefined;
    },
  };
  const parser = parse(options);
  const lines = new LineNumbers();
  const bytes = Readable.from(lines.watch(source));
  bytes.once('error', (error) => parser.destroy(error));
  let lastLine = 0;
  let isSeparatorLine = hasSeparatorLine;
  for await (const { info, record, raw } of bytes.pipe(parser) as AsyncIterable<ParsedRecord>) {
    lastLine = lines.endsBefore(info.bytes) + (/[\r\n]$/.test(raw) ? 0 : 1);
    if (!isSeparatorLine) yield { line: lastLine - lineEndsInside(raw), problem: null, cells: record };
    isSeparatorLine = false;
  }
  const failed = unreadable as CsvError | null;
  if (failed !== null) yield { line: lineOf(failed, lines, lastLine), problem: problemOf(failed), cells: [] };
}

interface ParsedRecord {
  readonly info: { readonly bytes: number };
  readonly record: readonly string[];
  readonly raw: string;
}

/** The parser notices an unclosed quote only at the end of the file, so the line after the last good record is the right one. */
function lineOf(error: CsvError, lines: LineNumbers, lastGoodLine: number): number {
  return error.code === 'CSV_QUOTE_NOT_CLOSED' ? lastGoodLine + 1 : lines.endsBefore(Number(error['bytes'])) + 1;
}

function problemOf({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed';
  if (code === 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE') return 'there is text between a closing quote and the end of its cell';
  if (code === 'INVALID_OPENING_QUOTE') return 'there is a quote inside a cell that does not begin with one';
  return message;
}

/** A quoted cell may contain line ends. */
function lineEndsInside(raw: string): number {
  return raw.replace(/^[\r\n]+|[\r\n]+$/g, '').match(/\r\n|\n|\r/g)?.length ?? 0;
}
