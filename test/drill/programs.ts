/** Processes of the cluster, each in a process group of its own. They end with the one that started them, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { cleanUpOnExit } from '../support/reaper.js';

/** A niceness, as etcd's guide advises (etcd.io/docs/v3.4/tuning). */
const HIGH_PRIORITY = -10;

/** What may be lost: one process with what belongs to it. */
export interface Machine {
  readonly name: string;
  readonly logFile: string;
  /** Null where it does not run. */
  pid(): number | null;
  /** To it and all its children. */
  signal(signal: NodeJS.Signals): void;
  /** Waits until it serves, where that can be seen. */
  start(): Promise<void>;
}

interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  /** It and what it starts go before the others: on a machine of its own it would compete with none of them. */
  readonly isFirst?: boolean;
  /** Waits until the program serves. */
  readonly ready?: () => Promise<unknown>;
}

export function program({ name, command, args, logFile, env = {}, account, isFirst = false, ready }: ProgramOptions): Machine {
  let child: ChildProcess | null = null;
  const pid = (): number | null => (child?.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null);
  return {
    name,
    logFile,
    pid,
    async start() {
      if (pid() === null) child = spawnProgram({ name, command, args, logFile, env, account, isFirst });
      await ready?.().catch((error: unknown) => {
        throw new Error(`${String(error)}\n${lastLinesOf(logFile)}`, { cause: error });
      });
    },
    signal(signal) {
      const running = pid();
      if (running !== null) signalTree(running, signal);
      // Its end is known later; a start must not wait for that.
      if (signal === 'SIGKILL') child = null;
    },
  };
}

function spawnProgram({ name, command, args, logFile, env, account, isFirst }: Omit<ProgramOptions, 'ready'>): ChildProcess {
  const output = openSync(logFile, 'a');
  const { PATH = '' } = process.env;
  const started = spawn(command, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: `${PATH}:/usr/sbin`, LANG: 'C.UTF-8', ...env },
    ...account,
  });
  closeSync(output);
  started.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`));
  if (started.pid !== undefined && isFirst) prefer(started.pid);
  if (started.pid !== undefined) started.once('exit', cleanUpOnExit({ processGroup: started.pid }));
  return started;
}

/** Not everybody may. */
function prefer(pid: number): void {
  try {
    setPriority(pid, HIGH_PRIORITY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function lastLinesOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-20).join('\n') : '';
}

/** Children too, because PostgreSQL's backends have groups of their own. */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const each of [pid, ...descendantsOf(pid)]) kill(each, signal);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const childrenOf = (of: number): number[] =>
    parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...childrenOf(child)]);
  return childrenOf(pid);
}

function parentOf(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[1]);
  } catch {
    return 0;
  }
}
