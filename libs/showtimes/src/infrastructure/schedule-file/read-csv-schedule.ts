/** Reads a schedule that is written as CSV: a header with the names of the columns, then one showtime a line. */
import { collect } from '@app/platform/files/collect.js';
import { type CsvRecord, csvRecords } from '@app/platform/files/csv-records.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
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

/** `start` is the beginning of the file. Throws `InvalidInput` where it has no row or too many; the faults say what is wrong with the file and its rows. */
export async function readCsvSchedule(bytes: AsyncIterable<Buffer>, start: string): Promise<ScheduleFile> {
  const [header, ...lines] = await collect(csvRecords(bytes, start));
  if (header !== undefined && header.problem !== null) return { rows: [], faults: [unreadable(header, header.problem)] };
  if (header === undefined || lines.length === 0)
    throw new InvalidInput([{ pointer: '', rule: 'notEmpty', message: 'has no row below the header' }]);
  if (lines.length > MAX_ROWS) throw new InvalidInput([{ pointer: '', rule: 'maxRows', message: `must have at most ${MAX_ROWS} rows` }]);
  const { columns, faults } = readHeader(header);
  // Without its columns no row can be read.
  if (faults.length > 0) return { rows: [], faults };
  const rows: ScheduleRow[] = [];
  for (const record of lines) {
    const read = readLine(record, columns);
    faults.push(...read.faults);
    if (read.row !== null) rows.push(read.row);
  }
  return { rows, faults };
}

function readHeader({ line, cells }: CsvRecord): { columns: ScheduleField[]; faults: ScheduleFault[] } {
  const place = placeOf(line);
  const faults: ScheduleFault[] = [];
  const columns = cells.flatMap((cell): ScheduleField[] => {
    const name = cell.trim();
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
  { line, problem, cells }: CsvRecord,
  columns: readonly ScheduleField[],
): { row: ScheduleRow | null; faults: ScheduleFault[] } {
  const place = placeOf(line);
  if (problem !== null) return { row: null, faults: [unreadable({ line }, problem)] };
  if (cells.length !== columns.length) {
    const message = `It has ${cells.length} cells, and the header ${columns.length}.`;
    return { row: null, faults: [faultIn(place, null, { rule: 'cells', message })] };
  }
  const written = columns.map((field, index) => [field, valueOf(field, (cells[index] ?? '').trim())] as const);
  return readRow(place, Object.fromEntries(written));
}

function unreadable({ line }: Pick<CsvRecord, 'line'>, problem: string): ScheduleFault {
  return faultIn(placeOf(line), null, { rule: 'csv', message: `It is not CSV: ${problem}.` });
}

/** An empty cell is not given. A price is a number only where it is written as one. */
function valueOf(field: ScheduleField, cell: string): unknown {
  if (cell === '') return undefined;
  return PRICES.includes(field) && /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
}

function placeOf(line: number): RowPlace {
  return { line, pointer: null };
}
