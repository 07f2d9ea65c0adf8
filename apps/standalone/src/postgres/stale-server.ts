/** Finds and stops PostgreSQL servers, among them one that a killed run left behind. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops a server of this directory whose starter no longer runs. The file `owner` holds the process id of the starter.
 * Throws when the starter still runs or the server cannot be stopped.
 */
export async function stopStaleServer(directory: string, log: (line: string) => void): Promise<void> {
  const cluster = join(directory, 'cluster');
  const server = runningServer(cluster);
  // After a reboot another program may have the process id of the lock file, and PostgreSQL would refuse to start.
  if (!server) return rmSync(join(cluster, 'postmaster.pid'), { force: true });
  if (server.parentPid === readPid(join(directory, 'owner'))) {
    throw new Error(`PostgreSQL on ${directory} is already running, started by process ${server.parentPid}; stop that first.`);
  }
  log(`Stopping PostgreSQL ${server.pid}, left behind on ${directory} by a run that was killed.`);
  await stopServer(server.pid);
}

/** Returns the server that runs on the cluster. A lock file whose process is another program does not count. */
export function runningServer(cluster: string): { pid: number; parentPid: number } | undefined {
  const pid = readPid(join(cluster, 'postmaster.pid'));
  const found = pid === undefined ? undefined : processInfo(pid);
  return pid && found?.command.includes(cluster) ? { pid, parentPid: found.parentPid } : undefined;
}

/** Tries a fast shutdown, then an immediate one, then SIGKILL. SIGCONT comes first, because a paused server handles no other signal. */
export async function stopServer(pid: number, { timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    sendSignal(pid, 'SIGCONT');
    sendSignal(pid, signal);
    if (await hasEndedWithin(pid, timeoutMs)) return;
  }
  throw new Error(`PostgreSQL ${pid} could not be stopped.`);
}

async function hasEndedWithin(pid: number, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(20)) {
    if (!processInfo(pid)) return true;
  }
  return false;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Returns `undefined` when there is no such process. A process that ended and waits for its parent counts as ended. */
function processInfo(pid: number): { parentPid: number; command: string } | undefined {
  try {
    if (process.platform === 'linux') {
      // The program's name in parentheses may contain spaces and parentheses, see proc(5).
      const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return state === 'Z' ? undefined : { parentPid: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
    }
    const line = execFileSync('ps', ['-o', 'state=,ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
    const [, state, parent, command] = /^(\S+)\s+(\d+)\s+(.*)$/.exec(line.trim()) ?? [];
    return !state || state.startsWith('Z') ? undefined : { parentPid: Number(parent), command: command ?? '' };
  } catch {
    return undefined;
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
