/** Heals what a killed run left behind: a PostgreSQL that nobody will stop any more. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops a server of this directory whose starter is gone (`owner` is the file with the starter's process id).
 * Throws when the starter still lives or the server cannot be stopped.
 */
export async function endOrphan(directory: string, log: (line: string) => void): Promise<void> {
  const cluster = join(directory, 'cluster');
  const server = serverOn(cluster);
  // After a reboot another program may have the number in the lock file, and PostgreSQL would then refuse to start.
  if (!server) return rmSync(join(cluster, 'postmaster.pid'), { force: true });
  if (server.parent === readNumber(join(directory, 'owner'))) {
    throw new Error(`PostgreSQL on ${directory} is already running, started by process ${server.parent}; stop that first.`);
  }
  log(`Stopping PostgreSQL ${server.pid}, left behind on ${directory} by a run that was killed.`);
  await end(server.pid);
}

/** The server that really runs on the cluster, whatever its lock file says. */
export function serverOn(cluster: string): { pid: number; parent: number } | undefined {
  const pid = readNumber(join(cluster, 'postmaster.pid'));
  const found = pid === undefined ? undefined : processInfo(pid);
  return pid && found?.command.includes(cluster) ? { pid, parent: found.parent } : undefined;
}

/** Fast shutdown, then immediate, then by force; a frozen server is thawed first. */
export async function end(pid: number, patience = 10_000): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalProcess(pid, 'SIGCONT');
    signalProcess(pid, signal);
    if (await gone(pid, patience)) return;
  }
  throw new Error(`PostgreSQL ${pid} could not be stopped.`);
}

async function gone(pid: number, within: number): Promise<boolean> {
  for (const deadline = Date.now() + within; Date.now() < deadline; await sleep(20)) {
    if (!processInfo(pid)) return true;
  }
  return false;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** `undefined` when no such process lives; one that ended and was not yet collected by its parent counts as gone. */
function processInfo(pid: number): { parent: number; command: string } | undefined {
  try {
    if (process.platform === 'linux') {
      // The program's name in parentheses may itself hold spaces and parentheses, see proc(5).
      const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return state === 'Z' ? undefined : { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
    }
    const line = execFileSync('ps', ['-o', 'state=,ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
    const [, state, parent, command] = /^(\S+)\s+(\d+)\s+(.*)$/.exec(line.trim()) ?? [];
    return !state || state.startsWith('Z') ? undefined : { parent: Number(parent), command: command ?? '' };
  } catch {
    return undefined;
  }
}

function readNumber(file: string): number | undefined {
  try {
    const number = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return number > 0 ? number : undefined;
  } catch {
    return undefined;
  }
}
