/** A backup of a running database, as pg_dump makes one: all rows of one moment, restored into an empty database. No program of PostgreSQL is needed. */
import { Client } from 'pg';
import { type FreshDatabase, freshDatabase } from './postgres.js';

interface DatabaseDump {
  readonly tables: ReadonlyMap<string, { readonly columns: readonly string[]; readonly rows: string }>;
  readonly sequences: ReadonlyMap<string, string>;
}

const OURS = `nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`;

export async function dumpDatabase(url: string): Promise<DatabaseDump> {
  return withClient(url, async (client) => {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const named = await client.query<{ name: string; columns: string[] }>(
      `SELECT format('%I.%I', nspname, relname) AS name, array_agg(quote_ident(attname) ORDER BY attnum) AS columns
       FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = pg_class.oid
       WHERE relkind = 'r' AND ${OURS} AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY 1`,
    );
    const tables = new Map<string, { columns: string[]; rows: string }>();
    for (const { name, columns } of named.rows) {
      const { rows } = await client.query<{ rows: string }>(`SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${name} t`);
      tables.set(name, { columns, rows: rows[0]!.rows });
    }
    const sequences = await client.query<{ name: string; value: string }>(
      `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS value FROM pg_sequences WHERE last_value IS NOT NULL`,
    );
    return { tables, sequences: new Map(sequences.rows.map(({ name, value }) => [name, value])) };
  });
}

export async function restoreDatabase({ tables, sequences }: DatabaseDump): Promise<FreshDatabase> {
  const database = await freshDatabase();
  await withClient(database.url, async (client) => {
    // Neither triggers nor foreign keys: the rows are those of one moment.
    await client.query(`SET session_replication_role = replica`);
    await client.query(`TRUNCATE ${[...tables.keys()].join(', ')}`);
    for (const [name, { columns, rows }] of tables) {
      const list = columns.join(', ');
      await client.query(
        `INSERT INTO ${name} (${list}) OVERRIDING SYSTEM VALUE SELECT ${list} FROM json_populate_recordset(NULL::${name}, $1::json)`,
        [rows],
      );
    }
    for (const [name, value] of sequences) await client.query('SELECT setval($1::regclass, $2)', [name, value]);
  });
  return database;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
