/** A file of showtimes to schedule: its rows as they were read, and what is wrong with them. */
import type { DomainError } from '@app/kernel/domain-error.js';
import type { Prices } from '@app/contracts/showtimes.js';

/** Where a row stands: the line of a file from 1, the JSON pointer of a document, or both. A document that came as a request has no lines. */
export interface RowPlace {
  readonly line: number | null;
  readonly pointer: string | null;
}

export const SCHEDULE_FIELDS = ['movie', 'theatre', 'room', 'startsAt', 'standard', 'premium', 'salesOpenAt'] as const;
/** `standard` and `premium` are prices. */
export type ScheduleField = (typeof SCHEDULE_FIELDS)[number];

export interface ScheduleRow {
  readonly place: RowPlace;
  /** Id or title. */
  readonly movie: string;
  /** Id or name. Null is allowed where `room` is an id. */
  readonly theatre: string | null;
  /** Id or name. */
  readonly room: string;
  /** ISO 8601, with an offset or in the theatre's local time. So is `salesOpenAt`. */
  readonly startsAt: string;
  readonly prices: Prices;
  readonly salesOpenAt: string | null;
}

export interface ScheduleFault extends RowPlace {
  /** Null: the fault is of the whole row, or of the file. */
  readonly field: string | null;
  /** A code for programs: that of a refusal, or the rule of a field. */
  readonly rule: string;
  readonly message: string;
}

export interface ScheduleFile {
  /** Rows that could be read. */
  readonly rows: readonly ScheduleRow[];
  /** Of the rows that could not be read. */
  readonly faults: readonly ScheduleFault[];
}

const PATHS: Readonly<Record<string, string>> = { standard: 'prices/standard', premium: 'prices/premium' };

export function faultIn(
  { line, pointer }: RowPlace,
  field: string | null,
  { rule, message }: { rule: string; message: string },
): ScheduleFault {
  return { line, pointer: pointer === null || field === null ? pointer : `${pointer}/${PATHS[field] ?? field}`, field, rule, message };
}

/** Where refusals point in the request of one showtime. */
const FIELDS: Readonly<Record<string, ScheduleField>> = {
  '/movieId': 'movie',
  '/roomId': 'room',
  '/startsAt': 'startsAt',
  '/salesOpenAt': 'salesOpenAt',
  '/prices/standard': 'standard',
  '/prices/premium': 'premium',
};

export function faultOf(place: RowPlace, { code, message, details }: DomainError): ScheduleFault {
  const [named] = (details['errors'] ?? []) as readonly { pointer: string }[];
  return faultIn(place, FIELDS[named?.pointer ?? ''] ?? null, { rule: code, message });
}

/** For sentences about another row. */
export function nameOf({ line, pointer }: RowPlace): string {
  if (line === null) return pointer ?? '';
  return pointer === null ? `line ${line}` : `${pointer} (line ${line})`;
}
