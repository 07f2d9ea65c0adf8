/** Instants in requests. */
import { ValidateBy } from 'class-validator';
import { Temporal } from 'temporal-polyfill';

/** A part of ISO 8601: with an offset, no weeks, no basic format, no zone in brackets. Seconds and fraction may be left out. */
const OFFSET_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Whether `Date` and Temporal understand the text alike: without an offset it would be the time zone of the process. */
export function isOffsetTime(text: string): boolean {
  if (!OFFSET_TIME.test(text)) return false;
  try {
    return Temporal.Instant.from(text).epochMilliseconds === Date.parse(text);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export const IsOffsetTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isOffsetTime',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isOffsetTime(value),
      defaultMessage: () => 'must be an ISO 8601 time with an offset',
    },
  });
