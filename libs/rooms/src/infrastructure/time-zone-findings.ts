/** Theatres whose time zone PostgreSQL does not know: each report that reads one of their showtimes fails. */
import type { Settings } from '@app/platform/config/settings.js';
import { type Finding, fault } from '@app/platform/operations/findings/finding.js';
import { readForFinding } from '@app/platform/operations/findings/read-for-finding.js';
import type pg from 'pg';
import { timeZoneNames } from '../domain/time-zone-names.js';
import { WITHOUT_FILE } from './known-time-zones.js';

const MAX_FINDINGS = 10;

export async function timeZoneFindings(settings: Settings): Promise<Finding[]> {
  return (await readForFinding(settings, unknownTimeZones)) ?? [];
}

async function unknownTimeZones(client: pg.Client): Promise<Finding[]> {
  const { rows: theatres } = await client.query<{ id: string; name: string; zone: string }>(
    `SELECT id, name, time_zone AS zone FROM rooms.theatres
     WHERE time_zone <> ALL ($1) AND NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = time_zone) ORDER BY id LIMIT $2`,
    [WITHOUT_FILE, MAX_FINDINGS],
  );
  if (theatres.length === 0) return [];
  const { rows: zones } = await client.query<{ name: string }>('SELECT name FROM pg_timezone_names');
  const known = new Set(zones.map(({ name }) => name));
  return theatres.map(({ id, name, zone }) => {
    const present = timeZoneNames(zone).find((each) => known.has(each));
    return fault(
      'database',
      `PostgreSQL does not know the time zone ${zone} of the theatre "${name}": reports with its showtimes fail.`,
      present === undefined
        ? 'Give PostgreSQL newer time zones: the package tzdata of its machine or image.'
        : `Send PATCH /api/v1/theatres/${id} with {"timeZone":"${present}"}: that is the present name of the same zone.`,
    );
  });
}
