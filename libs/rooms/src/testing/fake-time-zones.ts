import { TimeZones } from '../domain/time-zones.js';

/** Knows two time zones. */
export class FakeTimeZones extends TimeZones {
  spelling(name: string): string | null {
    return ['Europe/Berlin', 'Europe/Lisbon'].find((zone) => zone.toLowerCase() === name.toLowerCase()) ?? null;
  }
}
