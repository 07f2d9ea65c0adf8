/** Reads a schedule that is written as JSON: `{ "showtimes": [ { movie, theatre, room, startsAt, prices, salesOpenAt } ] }`. */
import { type InputFault, InvalidInput } from '@app/platform/http/http-errors.js';
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
const UNKNOWN = { rule: 'unknownField', message: 'It is not a known field.' };

/** Throws `InvalidInput` where it is not a list of rows; the faults say what is wrong with rows. */
export function readJsonSchedule(body: unknown): ScheduleFile {
  if (!isObject(body)) throw refusal('', 'object', 'must be a JSON object');
  const { showtimes, ...others } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refusal(`/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'unknownField', 'is not a known field');
  if (showtimes === undefined) throw refusal('/showtimes', 'required', 'is required');
  if (!Array.isArray(showtimes)) throw refusal('/showtimes', 'array', 'must be an array');
  if (showtimes.length === 0) throw refusal('/showtimes', 'arrayNotEmpty', 'must not be empty');
  if (showtimes.length > MAX_ROWS) throw refusal('/showtimes', 'arrayMaxSize', `must have at most ${MAX_ROWS} rows`);
  const [rows, faults]: [ScheduleRow[], ScheduleFault[]] = [[], []];
  showtimes.forEach((item: unknown, index) => {
    const read = readItem({ line: null, pointer: `/showtimes/${index}` }, item);
    faults.push(...read.faults);
    if (read.row !== null && read.faults.length === 0) rows.push(read.row);
  });
  return { rows, faults };
}

function readItem(place: RowPlace, item: unknown): { row: ScheduleRow | null; faults: ScheduleFault[] } {
  if (!isObject(item)) return { row: null, faults: [faultIn(place, null, { rule: 'object', message: 'It must be an object.' })] };
  const { prices = {}, ...fields } = item;
  const unknown = Object.keys(item).filter((name) => !FIELDS.includes(name));
  const faults = unknown.map((name) => faultIn(place, name, UNKNOWN));
  if (!isObject(prices)) {
    const { faults: others } = readRow(place, fields);
    return { row: null, faults: [...faults, ...others, faultIn(place, 'prices', { rule: 'object', message: 'It must be an object.' })] };
  }
  faults.push(
    ...Object.keys(prices)
      .filter((name) => !CATEGORIES.includes(name))
      .map((name) => faultIn(place, `prices/${name}`, UNKNOWN)),
  );
  const { standard, premium } = prices;
  const read = readRow(place, { ...fields, standard, premium });
  return { row: read.row, faults: [...faults, ...read.faults] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(pointer: string, rule: string, message: string): InvalidInput {
  const fault: InputFault = { pointer, rule, message };
  return new InvalidInput([fault]);
}
