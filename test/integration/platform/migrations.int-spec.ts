import pg from 'pg';
import { DataSource, EntitySchema } from 'typeorm';
import { createHealthApplication, createHttpApplication } from '@app/platform/http/http-application.js';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { WorkerModule } from '../../../apps/worker/src/worker.module.js';
import { migrations } from '../../../migrations/index.js';
import { migrate } from '../../../migrations/run.js';
import { type FreshDatabase, emptyDatabase, freshDatabase } from '../../support/postgres.js';
import { type InProcessSystem, startInProcessSystem, testEnvironment } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { readSettings } from '../../../apps/settings.js';

const all = migrations.map(({ name }) => name);

async function on<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Columns, indexes, constraints and schemas of a database as text, to compare two databases. */
async function shapeOf(url: string): Promise<string[]> {
  const lines = await on<{ line: string }>(
    url,
    `SELECT format('%s.%s.%s %s null=%s default=%s', table_schema, table_name, column_name, data_type, is_nullable, column_default) AS line
     FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'public')
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public')
     UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
       WHERE connamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'public'))
     UNION ALL SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
     ORDER BY 1`,
  );
  return lines.map(({ line }) => line);
}

describe('Migrations', () => {
  let database: FreshDatabase;

  beforeEach(async () => {
    database = await emptyDatabase();
  });
  afterEach(() => database.drop());

  it('all migrations are applied once and in order', async () => {
    expect(await migrate(database.url)).toEqual(all);
    expect(await migrate(database.url)).toEqual([]);
    expect(await on(database.url, 'SELECT name FROM public.migrations ORDER BY id')).toEqual(all.map((name) => ({ name })));
  });

  it('one of several processes applies the migrations', async () => {
    const applied = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(applied.flat()).toEqual(all);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it('an interrupted run is continued where it stopped', async () => {
    await migrate(database.url);
    await revertLast(database.url, 2);
    expect(await migrate(database.url)).toEqual(all.slice(-2));
  });

  it('all migrations can be undone and applied again with one result', async () => {
    const empty = await shapeOf(database.url);
    await migrate(database.url);
    const full = await shapeOf(database.url);
    await revertLast(database.url, all.length);
    expect(await shapeOf(database.url)).toEqual(empty);
    expect(await migrate(database.url)).toEqual(all);
    expect(await shapeOf(database.url)).toEqual(full);
  });

  async function revertLast(url: string, count: number): Promise<void> {
    const source = await new DataSource({
      type: 'postgres',
      url,
      migrations,
      installExtensions: false,
      uuidExtension: 'pgcrypto',
    }).initialize();
    try {
      // TypeORM looks at a migration's own `transaction` only when it applies it, and indexes are not dropped concurrently in one.
      for (let i = 0; i < count; i++) await source.undoLastMigration({ transaction: 'none' });
    } finally {
      await source.destroy();
    }
  }
});

describe('A system that starts before its migrations', () => {
  let database: FreshDatabase;
  let system: InProcessSystem;

  beforeAll(async () => {
    database = await emptyDatabase();
    system = await startInProcessSystem({
      env: { DATABASE_URL: database.url, ADMIN_EMAIL: '', ADMIN_PASSWORD: '', CLOCK_MOVABLE: 'false' },
    });
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await database.drop();
  });

  it('requests are answered with 503 until the migrations have run', async () => {
    expect(await system.get('/movies')).toMatchObject({ status: 503, body: { code: 'platform.unavailable', retryAfter: 2 } });
    expect((await system.get('//readyz')).status).toBe(503);
    await migrate(database.url);
    await until(async () => (await system.get('//readyz')).status === 200, { what: 'the API to be ready' });
    expect(await system.get('/movies')).toMatchObject({ status: 200, body: { data: [] } });
    const customer = await system.registerCustomer();
    expect((await system.get('/reservations', { token: customer.token })).status).toBe(200);
  });
});

describe('A migrated database', () => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it.each(['api', 'worker'] as const)('the schema is what the entities of the %s expect', async (name) => {
    await withDataSource(name, async (source) => {
      expect(source.entityMetadatas.length).toBeGreaterThan(5);
      expect(await drift(source)).toEqual([]);
    });
  });

  it('a missing column, another type and a missing index are found', async () => {
    interface KnownEntity {
      id: string;
    }
    const withDrift = new EntitySchema<KnownEntity & { forgotten: string; attempts: string }>({
      name: 'outbox_with_drift',
      schema: 'messaging',
      tableName: 'outbox_with_drift',
      columns: { id: { type: 'uuid', primary: true }, forgotten: { type: 'text' }, attempts: { type: 'text' } },
      indices: [{ name: 'missing', columns: ['forgotten'] }],
    });
    await on(database.url, 'CREATE TABLE messaging.outbox_with_drift (id uuid PRIMARY KEY, attempts int NOT NULL)');
    const source = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [withDrift],
      installExtensions: false,
    }).initialize();
    try {
      const queries = await drift(source);
      for (const sign of [/ADD "forgotten"/, /ADD "attempts" text/, /CREATE INDEX "missing"/])
        expect(queries).toContainEqual(expect.stringMatching(sign));
    } finally {
      await source.destroy();
      await on(database.url, 'DROP TABLE messaging.outbox_with_drift');
    }
  });

  async function drift(source: DataSource): Promise<string[]> {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  }

  async function withDataSource(name: 'api' | 'worker', work: (source: DataSource) => Promise<void>): Promise<void> {
    const settings = readSettings(testEnvironment({ DATABASE_URL: database.url, STRIPE_API_URL: 'http://127.0.0.1:1' }));
    const app =
      name === 'api'
        ? await createHttpApplication(ApiModule.for(settings), settings)
        : await createHealthApplication(WorkerModule.for(settings));
    try {
      await work(app.get(DataSource));
    } finally {
      await app.close();
    }
  }

  const TABLES_WITHOUT_KEY = `
    SELECT c.oid::regclass::text AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`;

  /** An index serves a foreign key when the key's columns are its first ones, in any order. */
  const KEYS_WITHOUT_INDEX = `
    SELECT k.conrelid::regclass::text AS "table", k.conname AS "key" FROM pg_constraint k
    WHERE k.contype = 'f' AND NOT EXISTS (
      SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
        AND (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey)`;

  it('every table has a primary key', async () => {
    expect(await on(database.url, TABLES_WITHOUT_KEY)).toEqual([]);
  });

  it('every foreign key has an index', async () => {
    expect(await on(database.url, KEYS_WITHOUT_INDEX)).toEqual([]);
  });

  it('a table without a key and a foreign key without an index are found', async () => {
    await on(
      database.url,
      `CREATE TABLE messaging.without_key (id uuid NOT NULL CONSTRAINT without_key_fk REFERENCES messaging.outbox (id))`,
    );
    expect(await on(database.url, TABLES_WITHOUT_KEY)).toEqual([{ table: 'messaging.without_key' }]);
    expect(await on(database.url, KEYS_WITHOUT_INDEX)).toEqual([{ table: 'messaging.without_key', key: 'without_key_fk' }]);
    await on(database.url, 'DROP TABLE messaging.without_key');
  });

  it('no foreign key crosses from one context to another', async () => {
    const crossing = await on(
      database.url,
      `SELECT conname FROM pg_constraint k JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
       WHERE k.contype = 'f' AND a.relnamespace <> b.relnamespace`,
    );
    expect(crossing).toEqual([]);
  });
});
