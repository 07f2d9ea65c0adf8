import { DAY_MS } from '@app/kernel/durations.js';
import { PeriodReversed, PeriodTooLong } from './errors.js';

/** A leap year: a report of a whole year is the longest that is read at once. */
export const MAX_PERIOD_DAYS = 366;
/** A reconciliation reads single payments: a month of a large cinema is read within the time of a request. */
export const MAX_RECONCILED_DAYS = 31;

/** Days of a theatre's own calendar, `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** `YYYY-MM-DD`, a day that exists. There is nothing to report of the time before the first cinema, and PostgreSQL knows no year 0. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1888') return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** Returns the number of its days, both ends included; below 1 where they are reversed. */
export function periodDays({ from, to }: Period): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
}

/** Throws `PeriodReversed` or `PeriodTooLong`. */
export function assertPeriod(period: Period, maxDays = MAX_PERIOD_DAYS): void {
  const days = periodDays(period);
  if (days < 1) throw new PeriodReversed();
  if (days > maxDays) throw new PeriodTooLong(maxDays);
}
