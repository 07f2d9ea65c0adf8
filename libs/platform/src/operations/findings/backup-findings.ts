/** Whether a restored backup is whole: its version, its tables read to the end, its constraints and indexes, and how old it is. It changes nothing. */
import pg from 'pg';
import { HOUR_MS } from '@app/kernel/durations.js';
import { appliedMigrations } from '../../persistence/applied-migrations.js';
import { endClient } from '../../persistence/end-client.js';
import { type Finding, fault, ok, reasonOf, warning } from './finding.js';

const CONNECT_TIMEOUT_MS = 5_000;
const SYSTEM_SCHEMAS = `'pg_catalog', 'information_schema', 'pg_toast'`;

interface BackupExpectations {
  readonly url: string;
  readonly migrations: readonly string[];
  /** An older newest event is a fault. */
  readonly maxAgeHours: number;
}

export async function backupFindings({ url, migrations, maxAgeHours }: BackupExpectations): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'movie-reservation-backup-check',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The role may have the time-outs of customers, and a table is read to its end.
    await client.query('SET LOCAL statement_timeout = 0');
  } catch (error) {
    await endClient(client);
    return [fault('server', `It cannot be reached: ${reasonOf(error)}`, 'Restore the backup into a database, and name it with --url.')];
  }
  try {
    const schema = await migrationFinding(client, migrations);
    if (schema.status === 'fault') return [schema];
    return [schema, await rowFinding(client), ...(await brokenObjects(client)), await ageFinding(client, maxAgeHours)];
  } catch (error) {
    return [
      fault('tables', `They cannot be read: ${reasonOf(error)}`, 'Take another backup, and look at the server that this one came from.'),
    ];
  } finally {
    await endClient(client);
  }
}

async function migrationFinding(client: pg.Client, known: readonly string[]): Promise<Finding> {
  const part = 'migrations';
  const names = await appliedMigrations(client);
  if (names.size === 0) return fault(part, 'None is applied: this is no backup of the system.', 'Name the restored database with --url.');
  const foreign = [...names].filter((name) => !known.includes(name));
  if (foreign.length > 0)
    return fault(part, `The backup has ${foreign.length} that this version does not know.`, 'Check it with the version that made it.');
  const missing = known.length - names.size;
  if (missing > 0) return ok(part, `It is ${missing} migrations older than this version; "migrate" applies them after a restore.`);
  return ok(part, `All ${known.length} are applied.`);
}

/** Counts every table by reading it to the end: a damaged page is an error. */
async function rowFinding(client: pg.Client): Promise<Finding> {
  const tables = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN (${SYSTEM_SCHEMAS}) ORDER BY 1`,
  );
  let rows = 0;
  for (const { name } of tables.rows) {
    const { rows: counted } = await client.query<{ count: string }>(`SELECT count(t.*) AS count FROM ${name} t`);
    rows += Number(counted[0]!.count);
  }
  return ok('tables', `${tables.rows.length} tables with ${rows} rows can be read.`);
}

async function brokenObjects(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT conrelid::regclass || ': ' || conname AS name FROM pg_constraint WHERE NOT convalidated
     UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1`,
  );
  if (rows.length === 0) return [ok('constraints', 'Every constraint and index is valid.')];
  return [
    fault(
      'constraints',
      `These are not valid: ${rows.map(({ name }) => name).join(', ')}.`,
      'The restore printed why: the backup may hold rows that break them.',
    ),
  ];
}

async function ageFinding(client: pg.Client, maxAgeHours: number): Promise<Finding> {
  const { rows } = await client.query<{ newest: Date | null }>('SELECT max(time) AS newest FROM messaging.outbox');
  const newest = rows[0]!.newest;
  if (newest === null)
    return warning('age', 'It has no event: nothing happened before it was made.', 'Check that it is the right database.');
  const hours = (Date.now() - newest.getTime()) / HOUR_MS;
  const text = `The newest event is of ${newest.toISOString()}, ${hours.toFixed(1)} hours ago.`;
  if (hours <= maxAgeHours) return ok('age', text);
  return fault('age', text, 'Look whether backups are still made, or allow more with --max-age HOURS.');
}
