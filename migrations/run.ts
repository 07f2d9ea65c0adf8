/** Brings a database up to date; safe to start from several processes at once. */
import { DataSource } from 'typeorm';
import { migrations } from './index.js';

/** Any constant will do, as long as nothing else in this database takes the same. */
const MIGRATION_LOCK = 7_204_110_332;

/** Applies what is missing and answers the names of what it applied. */
export async function migrate(url: string): Promise<string[]> {
  const source = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'movie-reservation-migrate',
    migrations,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    extra: { connectionTimeoutMillis: 5_000 },
  });
  await source.initialize();
  const guard = source.createQueryRunner();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await source.runMigrations();
    return applied.map(({ name }) => name);
  } finally {
    await guard.release();
    await source.destroy();
  }
}
