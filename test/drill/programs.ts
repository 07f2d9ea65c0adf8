/** Programs of the cluster that are not ours, each in a process group of its own. They end with the drill, however it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { cleanUpOnExit } from '../support/reaper.js';

export interface Program {
  readonly name: string;
  start(): void;
  /** To it and all its children. */
  signal(signal: NodeJS.Signals): void;
}

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
}

export function program({ name, command, args, logFile, env = {}, account }: ProgramOptions): Program {
  let child: ChildProcess | null = null;
  return {
    name,
    start() {
      const output = openSync(logFile, 'a');
      const { PATH = '' } = process.env;
      const identity = account === undefined ? {} : account;
      const started = spawn(command, args, {
        detached: true,
        stdio: ['ignore', output, output],
        env: { PATH: `${PATH}:/usr/sbin`, LANG: 'C.UTF-8', ...env },
        ...identity,
      });
      closeSync(output);
      started.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`));
      if (started.pid !== undefined) started.once('exit', cleanUpOnExit({ processGroup: started.pid }));
      child = started;
    },
    signal(signal) {
      if (child?.pid === undefined) return;
      // PostgreSQL's backends have groups of their own.
      for (const pid of [child.pid, ...descendantsOf(child.pid)]) kill(pid, signal);
    },
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const each of [pid, ...descendantsOf(pid)]) kill(each, signal);
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
