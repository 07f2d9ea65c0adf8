/** The processes as they ship, started from `dist/`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

export { freePort } from './free-port.js';

export interface ProcessOptions {
  readonly entry: 'api' | 'worker' | 'standalone' | 'stripe-sandbox' | 'cli';
  /** The whole environment apart from PATH, HOME and TMPDIR: nothing of the developer's own leaks in. */
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Answers 2xx once the process is ready; without one it is not waited for. */
  readonly healthUrl?: string;
  /** Milliseconds for the health URL to answer. */
  readonly timeoutMs?: number;
}

export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** Sends the signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<ProcessExit>;
  /** The last lines it wrote, both streams together. */
  output(): string;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const keptCharacters = 200_000;
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Throws with the output when the process ends or stays silent before its health URL answers. */
export async function startProcess({ entry, env, args = [], healthUrl, timeoutMs = 30_000 }: ProcessOptions): Promise<RunningProcess> {
  const running = spawnBuilt(entry, env, args);
  reportOnFailure(entry, running);
  if (!healthUrl) return running;
  let ended: ProcessExit | undefined;
  void running.exited.then((exit) => (ended = exit));
  try {
    await until(async () => ended !== undefined || (await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) })).ok, {
      timeoutMs: timeoutMs,
      what: `${entry} to answer at ${healthUrl}`,
      intervalMs: 50,
    });
  } catch (error) {
    await running.kill('SIGKILL');
    throw new Error(`${(error as Error).message}\n${running.output()}`, { cause: error });
  }
  if (ended) throw new Error(`${entry} ended before it was ready (${ended.signal ?? ended.code}).\n${running.output()}`);
  return running;
}

function spawnBuilt(entry: string, env: Readonly<Record<string, string>>, args: readonly string[]): RunningProcess {
  const main = `${root}dist/apps/${entry}/src/main.js`;
  if (!existsSync(main)) throw new Error(`${main} does not exist: run \`make build\` first.`);
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env },
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      kept = (kept + chunk).slice(-keptCharacters);
    });
  }
  const release = cleanUpOnExit({ group: child.pid! });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('close', (code, signal) => {
      release();
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid!,
    exited,
    kill: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
    output: () => kept,
  };
}

/** `environment.mjs` prints these when a test fails; Jest gives each suite a global of its own. */
function reportOnFailure(entry: string, running: RunningProcess): void {
  const reports = ((globalThis as { processReports?: (() => string)[] }).processReports ??= []);
  reports.push(() => `--- ${entry} ${running.pid}, its last lines ---\n${running.output().split('\n').slice(-80).join('\n')}`);
}
