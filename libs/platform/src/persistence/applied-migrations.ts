/** Which migrations a database has, asked by a client of its own: of a database that may be another one, or not be migrated. */
import type pg from 'pg';
import { isNotMigrated } from './database-errors.js';

/** None where there is no table of migrations. */
export async function appliedMigrations(client: pg.Client): Promise<Set<string>> {
  try {
    const { rows } = await client.query<{ name: string }>('SELECT name FROM public.migrations');
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if (isNotMigrated(error)) return new Set();
    throw error;
  }
}
