/** Starts the processes as they ship, from `dist/`. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrintedFaults } from './printed-faults.js';
import { PrintedSecrets } from './printed-secrets.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

export interface ProcessOptions {
  readonly entry: 'api' | 'worker' | 'standalone' | 'stripe-sandbox' | 'cli';
  /** The whole environment, except PATH, HOME and TMPDIR: no variable of the developer reaches the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Answers 2xx when the process is ready. Without it `startProcess` does not wait. */
  readonly healthUrl?: string;
  readonly timeoutMs?: number;
  /** What it must not print, by its name, besides the secrets of `env` and what looks like one. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Its log is written to this file and not searched: in a measurement, reading it would cost the load generator time. */
  readonly logFile?: string;
  /** The compiled code, for a suite that changes it: others start processes from `dist/` at the same time. */
  readonly dist?: string;
}

export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** Sends the signal and waits until the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<ProcessExit>;
  /** Returns the last part of its standard output and standard error together. */
  output(): string;
  /** Names the secrets that it has printed, from its start. */
  printedSecrets(): readonly string[];
  /** Returns the lines of faults that it has printed, from its start. */
  printedFaults(): readonly string[];
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const MAX_OUTPUT_CHARACTERS = 200_000;
/** A process that ends is noticed at once; this is for one that hangs, on a machine that has other work. */
const START_TIMEOUT_MS = 90_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');

/** Throws an Error with the output when the process ends, or `timeoutMs` pass, before its health URL answers. */
export async function startProcess({
  entry,
  env,
  args = [],
  healthUrl,
  timeoutMs = START_TIMEOUT_MS,
  secrets = {},
  logFile,
  dist = DIST,
}: ProcessOptions): Promise<RunningProcess> {
  const running = spawnBuilt(entry, env, { args, secrets: new PrintedSecrets(env, secrets), logFile, dist });
  started.push({ entry, running });
  if (!healthUrl) return running;
  let ended: ProcessExit | undefined;
  void running.exited.then((exit) => (ended = exit));
  try {
    await until(async () => ended !== undefined || (await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) })).ok, {
      timeoutMs,
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

function spawnBuilt(
  entry: string,
  env: Readonly<Record<string, string>>,
  {
    args,
    secrets,
    logFile,
    dist,
  }: Pick<Required<ProcessOptions>, 'args' | 'dist'> & {
    readonly secrets: PrintedSecrets;
    readonly logFile: string | undefined;
  },
): RunningProcess {
  const main = join(dist, `apps/${entry}/src/main.js`);
  if (!existsSync(main)) throw new Error(`${main} does not exist: run \`make build\` first.`);
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const log = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child = spawn(process.execPath, [main, ...args], {
    cwd: ROOT,
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env },
    // A process group of its own, so that its child processes can be ended with it.
    detached: true,
    stdio: ['ignore', log, log],
  });
  if (typeof log === 'number') closeSync(log);
  let output = '';
  const faults = new PrintedFaults();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-MAX_OUTPUT_CHARACTERS);
      secrets.read(chunk);
      faults.read(chunk);
    });
  }
  const cancelCleanUp = cleanUpOnExit({ processGroup: child.pid! });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('close', (code, signal) => {
      cancelCleanUp();
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
    output: () => (logFile === undefined ? output : readFileSync(logFile, 'utf8').slice(-MAX_OUTPUT_CHARACTERS)),
    printedSecrets: () => [...secrets.found],
    printedFaults: () => faults.found,
  };
}

/** The processes that the suite started. */
const started: { readonly entry: string; readonly running: RunningProcess }[] = [];

/** For a failed test: the last lines of each process that the suite started. */
export function lastLines(): string[] {
  return started.map(
    ({ entry, running }) => `--- ${entry} ${running.pid}, last lines ---\n${running.output().split('\n').slice(-80).join('\n')}`,
  );
}

/** Forgets the processes of the suite. Throws an Error that lists the secrets and the faults which they have printed. */
export function endSuite(processes = started): void {
  const found = processes
    .splice(0)
    .flatMap(({ entry, running }) => [
      ...running.printedSecrets().map((name) => `${entry} has printed a secret: ${name}`),
      ...running.printedFaults().map((line) => `P1 ${entry} has printed a fault: ${line}`),
    ]);
  if (found.length > 0) throw new Error(`The logs of the suite:\n${found.join('\n')}`);
}
