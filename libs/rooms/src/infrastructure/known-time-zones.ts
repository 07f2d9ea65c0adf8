import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Temporal } from 'temporal-polyfill';
import { timeZoneNames } from '../domain/time-zone-names.js';
import { TimeZones } from '../domain/time-zones.js';

/** Temporal also accepts offsets and whole timestamps as zones. Only names are accepted here. */
const NAME = /^[a-z][a-z0-9_+-]*(\/[a-z0-9_+-]+)*$/i;
/** PostgreSQL knows them without any file. */
export const WITHOUT_FILE = ['UTC', 'GMT'];

/** Known to Temporal, which schedules showtimes, and to PostgreSQL. Their data may be of different years. */
@Injectable()
export class KnownTimeZones extends TimeZones {
  constructor(private readonly database: Database) {
    super();
  }

  async knownName(name: string): Promise<string | null> {
    const spelled = spelling(name);
    if (spelled === null) return null;
    const names = timeZoneNames(spelled).filter((each) => spelling(each) !== null);
    const rows = await this.database.query<{ name: string }>('SELECT name FROM pg_timezone_names WHERE name = ANY ($1)', [names]);
    const known = new Set([...WITHOUT_FILE, ...rows.map((row) => row.name)]);
    return names.find((each) => known.has(each)) ?? null;
  }
}

/** As the database of Temporal spells it. An alias stays an alias. */
function spelling(name: string): string | null {
  if (!NAME.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
