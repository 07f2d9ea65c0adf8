/** Reports as files for a spreadsheet. */
import { pipeline, Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { acceptedTypes } from '@app/platform/http/accepted-types.js';

/**
 * A CSV file as RFC 4180 describes it, with the names of `columns` in its first line. Rows are read as the client takes them. A cell that a
 * spreadsheet would run as a formula is escaped. It begins with the byte order mark of UTF-8.
 */
export function csvFile<Row extends object>(
  name: string,
  columns: readonly (keyof Row & string)[],
  rows: Iterable<Row> | AsyncIterable<Row>,
) {
  const file = stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: 'windows',
    // A line end of another system would begin a line, with a formula perhaps.
    quoted_match: /[\r\n]/,
    // Without it Excel reads UTF-8 as the code page of the country.
    bom: true,
  });
  // Not `pipe`: there an error of the rows would end the process, and rows would still be read for a client that has gone.
  pipeline(Readable.from(rows), file, () => undefined);
  return new StreamableFile(file, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${name}.csv"` });
}

/** `format` decides; without it, whichever of CSV and JSON the `Accept` header names first. */
export function wantsCsv(format: 'json' | 'csv' | undefined, accept: string | undefined): boolean {
  if (format !== undefined) return format === 'csv';
  const types = acceptedTypes(accept);
  return types.find((type) => type === 'text/csv' || type === 'application/json') === 'text/csv';
}
