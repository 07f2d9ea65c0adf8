/** Reads a schedule that is written as JSON: rows `{ movie, theatre, room, startsAt, prices, salesOpenAt }`, in a request as `{ "showtimes": [ … ] }`. */
import { isMissing } from '@app/platform/files/missing-values.js';
import { type InputFault, InvalidInput } from '@app/platform/http/problems/http-errors.js';
import {
  faultIn,
  type RowPlace,
  SCHEDULE_FIELDS,
  type ScheduleFault,
  type ScheduleFile,
  type ScheduleRow,
} from '../../domain/schedule-file.js';
import { MAX_ROWS } from './limits.js';
import { readRow } from './read-row.js';

const CATEGORIES: readonly string[] = ['standard', 'premium'];
const FIELDS: readonly string[] = [...SCHEDULE_FIELDS.filter((field) => !CATEGORIES.includes(field)), 'prices'];
const MAX_NAME_SHOWN = 100;
const UNKNOWN = { rule: 'unknownField', message: 'It is not a known field.' };

/** Undefined: the text of the item is not JSON. */
interface PlacedItem {
  readonly place: RowPlace;
  readonly item: unknown;
}

/** Reads the body of a request. Throws `InvalidInput` where it is not a list of rows; the faults say what is wrong with rows. */
export function readJsonSchedule(body: unknown): ScheduleFile {
  return readItems(rowsOf(body).map((item, index) => ({ place: { line: null, pointer: `/showtimes/${index}` }, item })));
}

/** Throws `InvalidInput` unless the document is a list of rows and nothing else. */
export function rowsOf(body: unknown): readonly unknown[] {
  if (!isObject(body)) throw refusal('', 'object', 'must be a JSON object');
  const { showtimes, ...others } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refusal(`/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'unknownField', 'is not a known field');
  if (showtimes === undefined) throw refusal('/showtimes', 'required', 'is required');
  if (!Array.isArray(showtimes)) throw refusal('/showtimes', 'array', 'must be an array');
  if (showtimes.length === 0) throw refusal('/showtimes', 'arrayNotEmpty', 'must not be empty');
  if (showtimes.length > MAX_ROWS) throw refusal('/showtimes', 'arrayMaxSize', `must have at most ${MAX_ROWS} rows`);
  return showtimes;
}

/** Throws `InvalidInput` where there is no row, or where there are too many. */
export function readItems(items: readonly PlacedItem[]): ScheduleFile {
  if (items.length === 0) throw refusal('', 'notEmpty', 'has no row');
  if (items.length > MAX_ROWS) throw refusal('', 'maxRows', `must have at most ${MAX_ROWS} rows`);
  const [rows, faults]: [ScheduleRow[], ScheduleFault[]] = [[], []];
  for (const { place, item } of items) {
    const read = readItem(place, item);
    faults.push(...read.faults);
    if (read.row !== null && read.faults.length === 0) rows.push(read.row);
  }
  return { rows, faults };
}

function readItem(place: RowPlace, item: unknown): { row: ScheduleRow | null; faults: ScheduleFault[] } {
  if (item === undefined) return { row: null, faults: [faultIn(place, null, { rule: 'json', message: 'It is not JSON.' })] };
  if (!isObject(item)) return { row: null, faults: [faultIn(place, null, { rule: 'object', message: 'It must be an object.' })] };
  const { prices: written, ...fields } = item;
  const prices = isMissing(written) ? {} : written;
  const unknown = Object.keys(item).filter((name) => !FIELDS.includes(name));
  const faults = unknown.map((name) => faultIn(place, shown(name), UNKNOWN));
  if (!isObject(prices)) {
    const { faults: others } = readRow(place, fields);
    return { row: null, faults: [...faults, ...others, faultIn(place, 'prices', { rule: 'object', message: 'It must be an object.' })] };
  }
  faults.push(
    ...Object.keys(prices)
      .filter((name) => !CATEGORIES.includes(name))
      .map((name) => faultIn(place, `prices/${shown(name)}`, UNKNOWN)),
  );
  const { standard, premium } = prices;
  const read = readRow(place, { ...fields, standard, premium });
  return { row: read.row, faults: [...faults, ...read.faults] };
}

/** The answer repeats no more of what was sent. */
function shown(name: string): string {
  return name.slice(0, MAX_NAME_SHOWN);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(pointer: string, rule: string, message: string): InvalidInput {
  const fault: InputFault = { pointer, rule, message };
  return new InvalidInput([fault]);
}
