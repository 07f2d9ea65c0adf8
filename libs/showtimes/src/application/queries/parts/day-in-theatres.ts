/** The conditions of "on this day, in each theatre's own zone", in SQL that finds the day through an index that ends in the start. */
import type { DayInTheatres } from '@app/contracts/showtimes.js';
import { HOUR_MS } from '@app/kernel/durations.js';

/** The first place where a day begins is 14 hours ahead of UTC, the last where it ends 12 hours behind. One hour more for zones to come. */
const BEGINS_AT_MOST_BEFORE_MS = 15 * HOUR_MS;
const ENDS_AT_MOST_AFTER_MS = (24 + 13) * HOUR_MS;

/** From and until: the instants between which this day lies somewhere. */
export function rangeOfDay(day: string): readonly [from: Date, until: Date] {
  const midnight = Date.parse(day);
  return [new Date(midnight - BEGINS_AT_MOST_BEFORE_MS), new Date(midnight + ENDS_AT_MOST_AFTER_MS)];
}

/** Parameters `$1` to `$3`, and `$4` where theatres are named. The next one is `next`. */
export function onDay({ day, theatreIds }: DayInTheatres): {
  readonly conditions: string;
  readonly parameters: unknown[];
  readonly next: string;
} {
  const range = rangeOfDay(day);
  const ofDay = `status = 'scheduled' AND left(starts_at_local, 10) = $1 AND starts_at >= $2 AND starts_at < $3`;
  if (theatreIds === null) return { conditions: ofDay, parameters: [day, ...range], next: '$4' };
  return { conditions: `${ofDay} AND theatre_id = ANY ($4::uuid[])`, parameters: [day, ...range, theatreIds], next: '$5' };
}
