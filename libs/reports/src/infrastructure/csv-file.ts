/** Reports as files for a spreadsheet. */
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify';

/**
 * A CSV file as RFC 4180 describes it, with the names of `columns` in its first line. Rows are read as the client takes them. A cell that a
 * spreadsheet would run as a formula is escaped.
 */
export function csvFile<Row extends object>(
  name: string,
  columns: readonly (keyof Row & string)[],
  rows: Iterable<Row> | AsyncIterable<Row>,
) {
  const file = Readable.from(rows).pipe(
    stringify({ header: true, columns: [...columns], escape_formulas: true, record_delimiter: 'windows' }),
  );
  return new StreamableFile(file, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${name}.csv"` });
}
