/** A real PostgreSQL server out of an npm package: `make start` keeps its data, tests throw theirs away. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { end, endOrphan } from './embedded-postgres-orphan.js';
import { type Place, preparePlace } from './embedded-postgres-place.js';

export interface EmbeddedPostgres {
  /** With the user's password in it: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where the data really is; as root that may be elsewhere than asked. The server's log is `server.log` in it. */
  readonly directory: string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** false trades the data's survival of a power cut for speed. */
  readonly durable: boolean;
  /** Made if absent. */
  readonly database?: string;
  readonly log: (line: string) => void;
}

/** Throws an Error of one sentence when the port is taken or the data is in use or cannot be read. */
export async function startPostgres({
  dataDir,
  port,
  durable,
  database = 'postgres',
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = preparePlace(dataDir, log);
  await endOrphan(place.directory, log);
  const chosen = await freePort(port);
  const password = await initialise(place, durable, log);
  const server = await launch(place, chosen, durable);
  const urlOf = (name: string) => `postgresql://postgres:${password}@127.0.0.1:${chosen}/${name}`;
  try {
    if (database !== 'postgres') await createDatabase(urlOf('postgres'), database);
  } catch (error) {
    await server.stop();
    throw error;
  }
  server.child.once('exit', (code, signal) => {
    if (!server.stopping) log(`PostgreSQL ended on its own (${signal ?? code}): ${tail(logFile(place))}`);
  });
  return { url: urlOf(database), port: chosen, pid: server.child.pid!, directory: place.directory, stop: () => server.stop() };
}

const logFile = (place: Place) => join(place.directory, 'server.log');

/** Returns the password; a cluster whose making was interrupted is made anew. */
async function initialise(place: Place, durable: boolean, log: (line: string) => void): Promise<string> {
  const cluster = join(place.directory, 'cluster');
  const passwordFile = join(place.directory, 'password');
  if (existsSync(join(cluster, 'PG_VERSION'))) return readPassword(passwordFile, cluster);
  for (const name of readdirSync(place.directory)) {
    if (name.startsWith('cluster')) rmSync(join(place.directory, name), { recursive: true, force: true });
  }
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.account) chownSync(passwordFile, place.account.uid, place.account.gid);
  const unfinished = `${cluster}.${process.pid}`;
  log(`Making a PostgreSQL cluster in ${cluster}.`);
  await initdb(place, [
    `--pgdata=${unfinished}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  renameSync(unfinished, cluster);
  return password;
}

function readPassword(file: string, cluster: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`The password of ${cluster} cannot be read from ${file}; start as the user who made it or delete both.`, {
      cause: error,
    });
  }
}

async function initdb(place: Place, flags: string[]): Promise<void> {
  try {
    await promisify(execFile)(join(place.binaries, 'bin', 'initdb'), flags, { cwd: '/', env: environment(), ...place.account });
  } catch (error) {
    throw new Error(`initdb failed: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`, { cause: error });
  }
}

interface Server {
  readonly child: ChildProcess;
  stopping: boolean;
  stop(): Promise<void>;
}

async function launch(place: Place, port: number, durable: boolean): Promise<Server> {
  const cluster = join(place.directory, 'cluster');
  keepLogSmall(logFile(place));
  const output = openSync(logFile(place), 'a', 0o600);
  // A session of its own: Ctrl-C reaches every process of the terminal, and the server has to outlive its clients.
  const child = spawn(join(place.binaries, 'bin', 'postgres'), ['-D', cluster, ...settings(port, durable)], {
    cwd: '/',
    env: environment(),
    detached: true,
    stdio: ['ignore', output, output],
    ...place.account,
  });
  closeSync(output);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.unref();
  writeFileSync(join(place.directory, 'owner'), String(process.pid));
  const server: Server = { child, stopping: false, stop: once(() => stop(server)) };
  while (!isReady(cluster, child.pid)) {
    if (failure || hasEnded(child)) {
      throw new Error(`PostgreSQL did not start: ${failure?.message ?? tail(logFile(place))}`);
    }
    await sleep(20);
  }
  return server;
}

async function stop(server: Server): Promise<void> {
  server.stopping = true;
  if (!hasEnded(server.child)) await end(server.child.pid!);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function settings(port: number, durable: boolean): string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    log_lock_waits: 'on',
    log_line_prefix: '%m [%p] %d ',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The eighth line of the lock file is the server's own word on its state, see postmaster.pid in pg_ctl's source. */
function isReady(cluster: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new Error(`Port ${port} on 127.0.0.1, wanted for PostgreSQL, is taken; stop what listens there or choose another port.`));
    });
    probe.listen(port, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
}

/** Nothing of the caller's: PGDATA, PGPORT or a locale there would change what is started. */
const environment = () => ({ PATH: process.env.PATH, LC_ALL: 'C' });

function keepLogSmall(file: string): void {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (size > 10 * 1024 * 1024) renameSync(file, `${file}.1`);
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join(' | ');
}

function once<T>(act: () => T): () => T {
  let done: { result: T } | undefined;
  return () => (done ??= { result: act() }).result;
}
