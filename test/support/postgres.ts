/** PostgreSQL databases for the suites. The migrations run once a run, and each suite gets a clone. */
import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../apps/standalone/src/embedded-postgres.js';
import { temporaryFolder } from './temporary-folder.js';

export interface FreshDatabase {
  readonly url: string;
  /** Closes connections that are still open. */
  drop(): Promise<void>;
}

/** Creates a database with every migration applied and no rows. */
export function freshDatabase(): Promise<FreshDatabase> {
  return createDatabase(`TEMPLATE ${environmentVariable('TEST_POSTGRES_PREFIX')}_template`);
}

/** Creates a database without any migration. */
export function emptyDatabase(): Promise<FreshDatabase> {
  return createDatabase('TEMPLATE template0');
}

async function createDatabase(clause: string): Promise<FreshDatabase> {
  const name = `${environmentVariable('TEST_POSTGRES_PREFIX')}_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} ${clause}`);
  const url = new URL(environmentVariable('TEST_POSTGRES_URL'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: environmentVariable('TEST_POSTGRES_URL') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function environmentVariable(name: 'TEST_POSTGRES_URL' | 'TEST_POSTGRES_PREFIX'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this suite in the integration or e2e project, whose set-up starts PostgreSQL.`);
  return value;
}

export interface DedicatedPostgres {
  /** Stays the same after a stop and a start. The database is empty: no migration has run. */
  readonly url: string;
  readonly logFile: string;
  /** Suspends every process of the server, as a hung disk or a paused machine does. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Shutdown without warning: connections are reset, and the server recovers at the next start. */
  kill(): Promise<void>;
  /** Stops the server and removes its data. */
  remove(): Promise<void>;
}

/** Starts a server for one suite, which may pause or stop it. `durable` leaves fsync on. */
export async function startDedicatedPostgres({ durable = false } = {}): Promise<DedicatedPostgres> {
  const { path: dataDir, remove } = temporaryFolder();
  const launch = (port: number) => startPostgres({ dataDir, port, durable, log: () => undefined });
  let server = await launch(0);
  let isRunning = true;
  const { url, port, directory } = server;
  const stop = async () => {
    if (!isRunning) return;
    isRunning = false;
    signalAll(server.pid, 'SIGCONT');
    await server.stop();
  };
  return {
    url,
    logFile: join(directory, 'server.log'),
    pause: () => signalAll(server.pid, 'SIGSTOP'),
    resume: () => signalAll(server.pid, 'SIGCONT'),
    stop,
    start: async () => {
      if (isRunning) return;
      server = await launch(port);
      isRunning = true;
    },
    kill: async () => {
      signalAll(server.pid, 'SIGKILL');
      await stop();
    },
    remove: async () => {
      await stop();
      await remove();
    },
  };
}

/** Each backend has its own process group, so the group of the first process does not contain them. */
function signalAll(pid: number, signal: NodeJS.Signals): void {
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function childrenOf(pid: number): number[] {
  return processes()
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child);
}

/** Returns pairs of process id and parent process id. */
function processes(): (readonly [number, number])[] {
  if (process.platform !== 'linux') {
    const table = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
    return table.split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
}

function parentOf(pid: string): number {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    return 0;
  }
}
