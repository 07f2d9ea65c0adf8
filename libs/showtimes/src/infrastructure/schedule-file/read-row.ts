/** Checks the shape of one row of a schedule, of either format. */
import { characterCount, isBlank, normaliseText } from '@app/kernel/text.js';
import type { Prices } from '@app/contracts/showtimes.js';
import { isMissing } from '@app/platform/files/missing-values.js';
import { faultIn, type RowPlace, type ScheduleFault, type ScheduleField, type ScheduleRow } from '../../domain/schedule-file.js';
import { isTheatreTime } from '../temporal-theatre-time.js';

/** That of a movie's title, the longest text of a row. */
const MAX_CHARACTERS = 300;

/** The fields as they were written. Undefined: not given. */
type WrittenRow = Readonly<Partial<Record<ScheduleField, unknown>>>;

const REQUIRED = { rule: 'required', message: 'It is required.' };

export function readRow(place: RowPlace, written: WrittenRow): { row: ScheduleRow | null; faults: ScheduleFault[] } {
  const faults: ScheduleFault[] = [];
  const refuse = (field: ScheduleField, fault: { rule: string; message: string }): null => {
    faults.push(faultIn(place, field, fault));
    return null;
  };
  const text = (field: ScheduleField, { required }: { required: boolean }): string | null => {
    const value = written[field];
    if (isMissing(value) || (typeof value === 'string' && isBlank(value))) return required ? refuse(field, REQUIRED) : null;
    if (typeof value !== 'string') return refuse(field, { rule: 'string', message: 'It must be text.' });
    if (value.includes('\0') || !value.isWellFormed()) return refuse(field, { rule: 'text', message: 'It has broken characters.' });
    if (characterCount(value) > MAX_CHARACTERS)
      return refuse(field, { rule: 'maxLength', message: `It has more than ${MAX_CHARACTERS} characters.` });
    return normaliseText(value);
  };
  const time = (field: ScheduleField, { required }: { required: boolean }): string | null => {
    const value = text(field, { required });
    if (value === null || isTheatreTime(value)) return value;
    return refuse(field, {
      rule: 'isTheatreTime',
      message: 'It must be a time as 2026-12-24T20:15, in the theatre’s local time or with an offset.',
    });
  };
  const prices: { -readonly [Category in keyof Prices]: Prices[Category] } = {};
  for (const category of ['standard', 'premium'] as const) {
    const value = written[category];
    if (isMissing(value)) continue;
    if (Number.isSafeInteger(value) && (value as number) >= 0) prices[category] = value as number;
    else refuse(category, { rule: 'int', message: 'It must be a price in minor units: a whole number from 0.' });
  }
  const row = {
    movie: text('movie', { required: true }),
    theatre: text('theatre', { required: false }),
    room: text('room', { required: true }),
    startsAt: time('startsAt', { required: true }),
    salesOpenAt: time('salesOpenAt', { required: false }),
  };
  const { movie, room, startsAt, theatre, salesOpenAt } = row;
  if (faults.length > 0 || movie === null || room === null || startsAt === null) return { row: null, faults };
  return { row: { place, movie, theatre, room, startsAt, prices, salesOpenAt }, faults };
}
