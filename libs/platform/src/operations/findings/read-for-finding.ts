/** How a context reads rows for a finding of `doctor`. */
import pg from 'pg';
import type { Settings } from '../../config/settings.js';
import { isNotMigrated } from '../../persistence/database-errors.js';
import { endClient } from '../../persistence/end-client.js';

const TIMEOUT_MS = 5_000;

/** Returns null where the database cannot be reached or is not migrated: other findings say that. */
export async function readForFinding<T>({ database }: Settings, read: (client: pg.Client) => Promise<T>): Promise<T | null> {
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
  if (!isConnected) return null;
  try {
    return await read(client);
  } catch (error) {
    if (isNotMigrated(error)) return null;
    throw error;
  } finally {
    await endClient(client);
  }
}
