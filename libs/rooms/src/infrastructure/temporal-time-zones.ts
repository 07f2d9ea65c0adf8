import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { TimeZones } from '../domain/time-zones.js';

/** Temporal also accepts offsets and whole timestamps as zones. Only names are accepted here. */
const NAME = /^[a-z][a-z0-9_+-]*(\/[a-z0-9_+-]+)*$/i;

@Injectable()
export class TemporalTimeZones implements TimeZones {
  spelling(name: string): string | null {
    if (!NAME.test(name)) return null;
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}
