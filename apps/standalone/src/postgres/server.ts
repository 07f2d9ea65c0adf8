/** The server process on a cluster. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end } from './orphan.js';
import { type Place, clusterOf, environment } from './place.js';

export interface Server {
  readonly pid: number;
  stop(this: void): Promise<void>;
}

/** Returns once it answers. Throws with its last words when it does not start. */
export async function launch(place: Place, port: number, durable: boolean, log: (line: string) => void): Promise<Server> {
  keepLogSmall(logFile(place));
  for (const deadline = Date.now() + 10_000; ; await sleep(100)) {
    const child = spawnServer(place, port, durable);
    if (await becomesReady(child, clusterOf(place))) return serverOf(child, place, log);
    const words = lastWords(place);
    // The sessions of a server that was killed need a moment to notice.
    if (!words.includes('pre-existing shared memory block') || Date.now() > deadline) throw new Error(`PostgreSQL did not start: ${words}`);
  }
}

function spawnServer(place: Place, port: number, durable: boolean): ChildProcess {
  const output = openSync(logFile(place), 'a', 0o600);
  // A session of its own: Ctrl-C reaches every process of the terminal, and the server has to outlive its clients.
  const child = spawn(join(place.binaries, 'bin', 'postgres'), ['-D', clusterOf(place), ...settings(port, durable)], {
    cwd: '/',
    env: environment(),
    detached: true,
    stdio: ['ignore', output, output],
    ...place.account,
  });
  closeSync(output);
  child.unref();
  writeFileSync(join(place.directory, 'owner'), String(process.pid));
  return child;
}

async function becomesReady(child: ChildProcess, cluster: string): Promise<boolean> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  for (; !isReady(cluster, child.pid); await sleep(20)) {
    if (failure) throw new Error(`PostgreSQL did not start: ${failure.message}`);
    if (hasEnded(child)) return false;
  }
  return true;
}

function serverOf(child: ChildProcess, place: Place, log: (line: string) => void): Server {
  const pid = child.pid!;
  let stopping: Promise<void> | undefined;
  child.once('exit', (code, signal) => {
    if (!stopping) log(`PostgreSQL ended on its own (${signal ?? code}): ${lastWords(place)}`);
  });
  return { pid, stop: () => (stopping ??= hasEnded(child) ? Promise.resolve() : end(pid)) };
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

/** The eighth line of the lock file is the server's own word on its state: LOCK_FILE_LINE_PM_STATUS in PostgreSQL's pidfile.h. */
function isReady(cluster: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

const logFile = (place: Place) => join(place.directory, 'server.log');

function keepLogSmall(file: string): void {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (size > 10 * 1024 * 1024) renameSync(file, `${file}.1`);
}

function lastWords(place: Place): string {
  return readFileSync(logFile(place), 'utf8').trimEnd().split('\n').slice(-5).join(' | ');
}
