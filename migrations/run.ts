/** Brings a database up to date; safe to start from several processes at once. */
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { migrations } from './index.js';

/** Any constant will do, as long as nothing else in this database takes the same. */
const MIGRATION_LOCK = 7_204_110_332;

const LOCK_PAUSE_MS = 200;

/** What the start of a connection asks for outranks the role, whose time-outs are those of customers. A migration that needs a limit sets its own. */
const WITHOUT_TIMEOUTS = '-c statement_timeout=0 -c lock_timeout=0';

/** Returns the names of what `migrate` would apply, in that order. It changes nothing. */
export async function missingMigrations(url: string): Promise<string[]> {
  const source = dataSource(url);
  await source.initialize();
  try {
    const [{ there }] = await source.query<[{ there: boolean }]>(`SELECT to_regclass('public.migrations') IS NOT NULL AS there`);
    const applied = there ? await source.query<{ name: string }[]>('SELECT name FROM public.migrations') : [];
    const names = new Set(applied.map(({ name }) => name));
    return migrations.map((type) => new type().name).filter((name) => !names.has(name));
  } finally {
    await source.destroy();
  }
}

function dataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'movie-reservation-migrate',
    migrations,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    extra: { connectionTimeoutMillis: 5_000, options: WITHOUT_TIMEOUTS },
  });
}

/** Applies what is missing and answers the names of what it applied. */
export async function migrate(url: string): Promise<string[]> {
  const source = dataSource(url);
  await source.initialize();
  const guard = source.createQueryRunner();
  try {
    await waitForLock(guard);
    const applied = await source.runMigrations();
    return applied.map(({ name }) => name);
  } finally {
    await guard.release();
    await source.destroy();
  }
}

/** Asks again and again, because a statement that waited for the lock would be waited for by every index that is made concurrently. */
async function waitForLock(guard: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = (await guard.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as { taken: boolean }[];
    if (row?.taken === true) return;
    await pause(LOCK_PAUSE_MS);
  }
}
