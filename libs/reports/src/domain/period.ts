import { PeriodReversed, PeriodTooLong } from './errors.js';

/** A leap year: a report of a whole year is the longest that is read at once. */
export const MAX_PERIOD_DAYS = 366;
/** A reconciliation reads single payments: a month of a large cinema is read within the time of a request. */
export const MAX_RECONCILED_DAYS = 31;
export const DAY_MS = 86_400_000;

/** Days of a theatre's own calendar, `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Throws `PeriodReversed` or `PeriodTooLong`. */
export function assertPeriod({ from, to }: Period, maxDays = MAX_PERIOD_DAYS): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1) throw new PeriodReversed();
  if (days > maxDays) throw new PeriodTooLong(maxDays);
}
