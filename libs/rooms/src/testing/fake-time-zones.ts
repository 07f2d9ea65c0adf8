import { TimeZones } from '../domain/time-zones.js';

/** Knows two time zones. */
export class FakeTimeZones extends TimeZones {
  knownName(name: string): Promise<string | null> {
    return Promise.resolve(['Europe/Berlin', 'Europe/Lisbon'].find((zone) => zone.toLowerCase() === name.toLowerCase()) ?? null);
  }
}
