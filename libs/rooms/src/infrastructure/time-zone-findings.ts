/** Theatres whose time zone PostgreSQL does not know: each report that reads one of their showtimes fails. */
import type { Settings } from '@app/platform/config/settings.js';
import { isNotMigrated } from '@app/platform/persistence/database-errors.js';
import { endClient } from '@app/platform/persistence/end-client.js';
import { type Finding, fault } from '@app/platform/operations/finding.js';
import pg from 'pg';
import { timeZoneNames } from '../domain/time-zone-names.js';
import { WITHOUT_FILE } from './known-time-zones.js';

const TIMEOUT_MS = 5_000;
const MAX_FINDINGS = 10;

/** Finds nothing where the database cannot be reached or is not migrated: others say that. */
export async function timeZoneFindings({ database }: Settings): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: database.url,
    application_name: 'movie-reservation-doctor',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  const isConnected = await client.connect().then(
    () => true,
    () => false,
  );
  if (!isConnected) return [];
  try {
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
  } catch (error) {
    if (isNotMigrated(error)) return [];
    throw error;
  } finally {
    await endClient(client);
  }
}
