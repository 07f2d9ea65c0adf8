/** Days in examples of requests that are refused once these days are over. The committed document has them of one year; a system serves those that come next. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { DAY_MS } from '@app/kernel/durations.js';

/** For so long at least a body that was copied can still be sent. */
const LASTING_DAYS = 30;

/** Days of one year, `2026-12-24`, the earliest first. Together they mean one showtime: its sales open on one, and it starts on another one. */
export type DaysAhead = readonly [string, ...string[]];

/** The year in which the examples lie ahead, all of them and for a while. */
export function yearAhead([earliest]: DaysAhead, now: Date): number {
  const year = now.getUTCFullYear();
  const next = new Date(`${year}${earliest.slice(4)}T00:00:00Z`);
  return next.getTime() - now.getTime() < LASTING_DAYS * DAY_MS ? year + 1 : year;
}

/** Returns a copy. What answers say about the same days moves with them. */
export function withDaysAhead(document: OpenAPIObject, days: DaysAhead, year: number): OpenAPIObject {
  const found = new RegExp(`(?<!\\d)(?:${days.join('|')})(?!\\d)`, 'g');
  return JSON.parse(JSON.stringify(document).replaceAll(found, (day) => `${year}${day.slice(4)}`)) as OpenAPIObject;
}
