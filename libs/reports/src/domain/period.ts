import { PeriodReversed, PeriodTooLong } from './errors.js';

/** A leap year: a report of a whole year is the longest that is read at once. */
export const MAX_PERIOD_DAYS = 366;
const DAY_MS = 86_400_000;

/** Days of a theatre's own calendar, `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Throws `PeriodReversed` or `PeriodTooLong`. */
export function assertPeriod({ from, to }: Period): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1) throw new PeriodReversed();
  if (days > MAX_PERIOD_DAYS) throw new PeriodTooLong(MAX_PERIOD_DAYS);
}
