import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { Moment, TheatreTime } from '../domain/theatre-time.js';

/** A part of ISO 8601: no weeks, no basic format, no zone in brackets, no year before 1000. Seconds, fraction and offset may be left out. */
const TIME = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;
const OFFSET = /(Z|[+-]\d\d:\d\d)$/;

@Injectable()
export class TemporalTheatreTime implements TheatreTime {
  parse(text: string, timeZone: string): Moment {
    const zoned = OFFSET.test(text)
      ? Temporal.Instant.from(text).toZonedDateTimeISO(timeZone)
      : Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(timeZone, { disambiguation: 'compatible' });
    return { at: new Date(zoned.epochMilliseconds), local: zoned.toPlainDateTime().toString({ smallestUnit: 'second' }) };
  }

  occurrences(text: string, timeZone: string): 0 | 1 | 2 {
    if (OFFSET.test(text)) return 1;
    const local = Temporal.PlainDateTime.from(text, { overflow: 'reject' });
    const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) => local.toZonedDateTime(timeZone, { disambiguation }));
    if (earlier === undefined || later === undefined || earlier.equals(later)) return 1;
    return earlier.toPlainDateTime().equals(local) ? 2 : 0;
  }
}

/** Whether `parse` accepts the text. */
export function isTheatreTime(text: string): boolean {
  return TIME.test(text) && isParsed(() => (OFFSET.test(text) ? Temporal.Instant.from(text) : Temporal.PlainDateTime.from(text)));
}

/** `YYYY-MM-DD`, a day that exists. */
export function isCalendarDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && isParsed(() => Temporal.PlainDate.from(text));
}

function isParsed(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
