/** Reads a schedule that is written as CSV: a header with the names of the columns, then one showtime a line. */
import { CsvError, parse } from 'csv-parse/sync';
import { InvalidInput } from '@app/platform/http/http-errors.js';
import {
  faultIn,
  type RowPlace,
  SCHEDULE_FIELDS,
  type ScheduleFault,
  type ScheduleField,
  type ScheduleFile,
  type ScheduleRow,
} from '../../domain/schedule-file.js';
import { MAX_ROWS } from './limits.js';
import { readRow } from './read-row.js';

const REQUIRED_COLUMNS: readonly ScheduleField[] = ['movie', 'room', 'startsAt'];
const PRICES: readonly ScheduleField[] = ['standard', 'premium'];

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Throws `InvalidInput` where it has no row or too many; the faults say what is wrong with the file and its rows. */
export function readCsvSchedule(text: string): ScheduleFile {
  let records: CsvRecord[];
  try {
    records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return {
      rows: [],
      faults: [faultIn(lineOf(Number(error['lines'])), null, { rule: 'csv', message: `It is not CSV: ${error.message}.` })],
    };
  }
  const [header, ...lines] = records;
  if (header === undefined || lines.length === 0)
    throw new InvalidInput([{ pointer: '', rule: 'notEmpty', message: 'has no row below the header' }]);
  if (lines.length > MAX_ROWS) throw new InvalidInput([{ pointer: '', rule: 'maxRows', message: `must have at most ${MAX_ROWS} rows` }]);
  const { columns, faults } = readHeader(header);
  // Without its columns no row can be read.
  if (faults.length > 0) return { rows: [], faults };
  const rows: ScheduleRow[] = [];
  for (const { record, info } of lines) {
    const read = readLine(lineOf(info.lines), record, columns);
    faults.push(...read.faults);
    if (read.row !== null) rows.push(read.row);
  }
  return { rows, faults };
}

function readHeader({ record, info }: CsvRecord): { columns: ScheduleField[]; faults: ScheduleFault[] } {
  const place = lineOf(info.lines);
  const faults: ScheduleFault[] = [];
  const columns = record.flatMap((name): ScheduleField[] => {
    const field = SCHEDULE_FIELDS.find((each) => each.toLowerCase() === name.toLowerCase());
    if (field !== undefined) return [field];
    faults.push(faultIn(place, name.slice(0, 100), { rule: 'unknownColumn', message: `Columns are ${SCHEDULE_FIELDS.join(', ')}.` }));
    return [];
  });
  const twice = columns.filter((field, index) => columns.indexOf(field) !== index);
  const missing = REQUIRED_COLUMNS.filter((field) => !columns.includes(field));
  faults.push(
    ...twice.map((field) => faultIn(place, field, { rule: 'repeated', message: 'The column is there twice.' })),
    ...missing.map((field) => faultIn(place, field, { rule: 'required', message: 'The column is missing.' })),
  );
  return { columns, faults };
}

function readLine(
  place: RowPlace,
  cells: readonly string[],
  columns: readonly ScheduleField[],
): { row: ScheduleRow | null; faults: ScheduleFault[] } {
  if (cells.length !== columns.length) {
    const message = `It has ${cells.length} cells, and the header ${columns.length}.`;
    return { row: null, faults: [faultIn(place, null, { rule: 'cells', message })] };
  }
  const written = columns.map((field, index) => [field, valueOf(field, cells[index] ?? '')] as const);
  return readRow(place, Object.fromEntries(written));
}

/** An empty cell is not given. A price is a number only where it is written as one. */
function valueOf(field: ScheduleField, cell: string): unknown {
  if (cell === '') return undefined;
  return PRICES.includes(field) && /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
}

/** Spreadsheets write what their country separates cells by. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '';
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function lineOf(line: number): RowPlace {
  return { line, pointer: null };
}
