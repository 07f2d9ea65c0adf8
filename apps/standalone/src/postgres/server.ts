/** Starts and stops the PostgreSQL server on a cluster. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programOptions } from './account.js';
import { clusterOf, type DataDirectory } from './data-directory.js';
import { stopServer } from './stale-server.js';

const START_TIMEOUT_MS = 10_000;
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const LOG_LINES_SHOWN = 5;

interface Server {
  readonly pid: number;
  stop(this: void): Promise<void>;
}

interface ServerOptions {
  readonly binaries: string;
  readonly dataDirectory: DataDirectory;
  readonly port: number;
  readonly durable: boolean;
  readonly log: (line: string) => void;
  /** When it is aborted, the start stops the server and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Returns when the server accepts connections. Throws with the last lines of its log when it does not start. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { dataDirectory, log, signal } = options;
  rotateLog(logFile(dataDirectory));
  for (const deadline = Date.now() + START_TIMEOUT_MS; ; await sleep(100)) {
    const child = spawnServer(options);
    if (await becomesReady(child, clusterOf(dataDirectory), signal)) return serverOf(child, dataDirectory, log);
    const lines = lastLogLines(dataDirectory);
    // The backends of a killed server need a moment to end.
    if (!lines.includes('pre-existing shared memory block') || Date.now() > deadline) throw new Error(`PostgreSQL did not start: ${lines}`);
  }
}

function spawnServer({ binaries, dataDirectory, port, durable }: ServerOptions): ChildProcess {
  const output = openSync(logFile(dataDirectory), 'a', 0o600);
  const flags = Object.entries(serverSettings({ port, durable })).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', clusterOf(dataDirectory), ...flags], {
    ...programOptions(dataDirectory.account),
    // A process group of its own: Ctrl-C reaches every process of the terminal's group, and the server must outlive its clients.
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  endWithThisProcess(child);
  writeFileSync(join(dataDirectory.path, 'owner'), String(process.pid));
  return child;
}

/** Where this process ends without having stopped it, such as by its watchdog. A process that is killed stops nothing: `stopStaleServer` does. */
function endWithThisProcess(child: ChildProcess): void {
  const end = (): void => void child.kill('SIGINT');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

async function becomesReady(child: ChildProcess, cluster: string, signal: AbortSignal | undefined): Promise<boolean> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  for (; !isReady(cluster, child.pid); await sleep(20)) {
    if (failure) throw new Error(`PostgreSQL did not start: ${failure.message}`);
    if (hasEnded(child)) return false;
    if (signal?.aborted === true) {
      await stopServer(child.pid!);
      throw signal.reason;
    }
  }
  return true;
}

function serverOf(child: ChildProcess, dataDirectory: DataDirectory, log: (line: string) => void): Server {
  const pid = child.pid!;
  let stopping: Promise<void> | undefined;
  child.once('exit', (code, signal) => {
    if (!stopping) log(`PostgreSQL ended on its own (${signal ?? code}): ${lastLogLines(dataDirectory)}`);
  });
  return { pid, stop: () => (stopping ??= hasEnded(child) ? Promise.resolve() : stopServer(pid)) };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function serverSettings({ port, durable }: Pick<ServerOptions, 'port' | 'durable'>): Record<string, string | number> {
  return {
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
}

/** The eighth line of the lock file holds the server's state: LOCK_FILE_LINE_PM_STATUS in PostgreSQL's pidfile.h. */
function isReady(cluster: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

const logFile = (dataDirectory: DataDirectory) => join(dataDirectory.path, 'server.log');

function rotateLog(file: string): void {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
}

function lastLogLines(dataDirectory: DataDirectory): string {
  return readFileSync(logFile(dataDirectory), 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join(' | ');
}
