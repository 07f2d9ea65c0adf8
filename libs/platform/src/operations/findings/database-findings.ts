/** Whether the database is what the system needs: reachable, of a known version, migrated, with connections left, and with a clock like ours. */
import pg from 'pg';
import type { Settings } from '../../config/settings.js';
import { appliedMigrations } from '../../persistence/applied-migrations.js';
import { sharesSessions } from '../../persistence/direct-session.js';
import { endClient } from '../../persistence/end-client.js';
import { type RunQuery, missingTimeouts } from '../../persistence/timeouts.js';
import { clockSkewMs, MAX_SKEW_MS } from './clock-skew.js';
import { type Finding, fault, ok, reasonOf, warning } from './finding.js';

const PART = 'database';
const TIMEOUT_MS = 5_000;
const OLDEST_VERSION = 15;
const NEWEST_VERSION = 18;
/** The migrations create them. */
export const EXTENSIONS = ['btree_gist', 'pg_trgm'];

interface Server {
  version: string;
  number: number;
  superuser: boolean;
  readOnly: boolean;
  max: number;
  reserved: number;
  used: number;
  extensions: string[];
}

export async function databaseFindings({ database }: Settings, migrations: readonly string[]): Promise<Finding[]> {
  const client = newClient(database.url);
  try {
    await client.connect();
  } catch (error) {
    return [
      fault(
        PART,
        `It cannot be reached: ${reasonOf(error)}`,
        'Start PostgreSQL, and compare DATABASE_URL with its address, user, password and name.',
      ),
    ];
  }
  try {
    const server = await serverOf(client);
    return [
      versionFinding(server),
      ...(server.readOnly
        ? [fault(PART, 'It is read-only.', 'Point DATABASE_URL at the primary, and look for default_transaction_read_only.')]
        : []),
      ...extensionFindings(server),
      ...(database.pooler === 'none' ? [connectionFinding(server, database.poolSize)] : []),
      await migrationFinding(client, migrations),
      await clockFinding(client),
      ...(await directFindings(database)),
      ...(await timeoutFindings(client, database)),
      ...(await standbyFindings(client, database)),
      ...(server.superuser
        ? [warning(PART, 'The user of DATABASE_URL is a superuser.', 'Give the system a user of its own that owns the database.')]
        : []),
    ];
  } finally {
    await endClient(client);
  }
}

function newClient(connectionString: string): pg.Client {
  const client = new pg.Client({
    connectionString,
    application_name: 'movie-reservation-doctor',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  return client;
}

async function serverOf(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS number,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       current_setting('transaction_read_only')::boolean AS "readOnly", current_setting('max_connections')::int AS max,
       current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
       (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS used,
       ARRAY(SELECT extname::text FROM pg_extension) AS extensions`,
  );
  return rows[0]!;
}

function versionFinding({ version, number }: Server): Finding {
  if (number < OLDEST_VERSION)
    return fault(PART, `PostgreSQL ${version} is too old.`, `Upgrade it to ${OLDEST_VERSION} to ${NEWEST_VERSION}.`);
  if (number > NEWEST_VERSION) return warning(PART, `PostgreSQL ${version} was not tried.`, `Use ${OLDEST_VERSION} to ${NEWEST_VERSION}.`);
  return ok(PART, `PostgreSQL ${version} answers.`);
}

function extensionFindings({ extensions }: Server): Finding[] {
  return EXTENSIONS.filter((name) => !extensions.includes(name)).map((name) =>
    fault(
      'extensions',
      `The extension ${name} is missing.`,
      `Run "migrate" as a user who may create it, or CREATE EXTENSION ${name} as a superuser.`,
    ),
  );
}

function connectionFinding({ max, reserved, used }: Server, poolSize: number): Finding {
  const free = max - reserved - used;
  const text = `${used} of ${max - reserved} connections are used; a process may open ${poolSize}.`;
  if (free < 1) return fault('connections', text, 'Raise max_connections, or lower DATABASE_POOL and restart the processes.');
  if (free < poolSize)
    return warning('connections', text, 'Raise max_connections, or lower DATABASE_POOL, before another process is started.');
  return ok('connections', text);
}

async function migrationFinding(client: pg.Client, known: readonly string[]): Promise<Finding> {
  const names = await appliedMigrations(client);
  const missing = known.filter((name) => !names.has(name));
  const foreign = [...names].filter((name) => !known.includes(name));
  if (missing.length > 0)
    return fault('migrations', `${missing.length} of ${known.length} are missing, from ${missing[0]} on.`, 'Run "migrate".');
  if (foreign.length > 0)
    return warning(
      'migrations',
      `The database has ${foreign.length} that this version does not know.`,
      'Use the newer version that applied them.',
    );
  return ok('migrations', `All ${known.length} are applied.`);
}

async function clockFinding(client: pg.Client): Promise<Finding> {
  const skewMs = await clockSkewMs(async () => (await client.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]!.now);
  if (skewMs === 0) return ok('clock', "The clock of the database agrees with this machine's.");
  const text = `The clock of the database is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's.`;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok('clock', text);
  return fault('clock', text, 'Synchronise the clocks of both machines (chrony or systemd-timesyncd).');
}

/** The lock of the relay needs a session: a pooler that hands one session to many would give it to two. */
async function directFindings({ url, directUrl }: Settings['database']): Promise<Finding[]> {
  const name = directUrl === url ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  try {
    if (!(await sharesSessions(directUrl))) return [];
    return [
      fault(
        'leader lock',
        `Two connections to ${name} share a session, and would get the same lock: a pooler stands between.`,
        'Set DATABASE_DIRECT_URL to the address of PostgreSQL itself.',
      ),
    ];
  } catch (error) {
    return [fault('leader lock', `A session of its own cannot be opened: ${reasonOf(error)}`, `Check ${name}.`)];
  }
}

/** Through a pooler nothing but the role of the database sets them. */
async function timeoutFindings(client: pg.Client, { pooler }: Settings['database']): Promise<Finding[]> {
  if (pooler === 'none') return [];
  const missing = await missingTimeouts(async (sql) => (await client.query(sql)).rows as Awaited<ReturnType<RunQuery>>, 'api');
  if (missing === null) return [ok('time-outs', 'The role of DATABASE_URL has them.')];
  const mend = `Run ${missing.fixSql} and have the pooler open new connections (RECONNECT on its console).`;
  return [fault('time-outs', `Nothing limits us by ${missing.names.join(', ')}.`, mend)];
}

/** A standby that is away is no fault: the primary answers. */
async function standbyFindings(primary: pg.Client, { readUrl, maxLagMs }: Settings['database']): Promise<Finding[]> {
  if (readUrl === null) return [];
  const standby = newClient(readUrl);
  try {
    await standby.connect();
    const { rows: positions } = await primary.query<{ position: string }>('SELECT pg_current_wal_lsn()::text AS position');
    const { rows } = await standby.query<{ follows: boolean; behind: number }>(
      `SELECT pg_is_in_recovery() AS follows, greatest(0, $1::pg_lsn - coalesce(pg_last_wal_replay_lsn(), '0/0'))::bigint AS behind`,
      [positions[0]!.position],
    );
    const { follows, behind } = rows[0]!;
    if (!follows) return [warning('standby', 'DATABASE_READ_URL is no standby; it is not read.', 'Set it to a standby, or leave it out.')];
    return [ok('standby', `It is ${behind} bytes of the log behind, and is read while it is less than ${maxLagMs / 1_000} s old.`)];
  } catch (error) {
    const mend = 'Start the standby, or leave DATABASE_READ_URL out. The primary answers meanwhile.';
    return [warning('standby', `It cannot be reached: ${reasonOf(error)}`, mend)];
  } finally {
    await endClient(standby);
  }
}
