/** Starts and ends a process: a fault at the start is one clear message, and a signal leads to a clean exit, with a watchdog behind it. */
import { Logger } from '@nestjs/common';
import { DomainError } from '@app/kernel/domain-error.js';
import { SettingsInvalid } from '../config/load-settings.js';
import { UNHANDLED_REJECTION, alert } from '../telemetry/alert.js';
import { allocateInYoungGeneration, collectGarbage, limitHeapGrowth } from './heap.js';

const HEAP_GROWTH_PERCENT = 40;
/** A shutdown that takes longer, after the time in which the process serves on, is ended with exit code 1. */
const WATCHDOG_MS = 15_000;

export interface Closable {
  close(): Promise<void>;
  /** How long it serves on after the signal, so that load balancers notice. */
  readonly servesOnMs?: number;
}

interface ProcessOptions {
  /** How much its heap may grow over what lives in it before it is collected. */
  readonly heapGrowthPercent?: number;
}

/**
 * Starts, and closes once on SIGTERM, SIGINT or SIGHUP; exit code 0 after a clean end, 1 otherwise. `start` gets a signal that is aborted when the process is
 * to end before it has started: a start that rejects with its reason has stopped what it had started.
 */
export async function runProcess(
  start: (stopping: AbortSignal) => Promise<Closable>,
  { heapGrowthPercent = HEAP_GROWTH_PERCENT }: ProcessOptions = {},
): Promise<void> {
  allocateInYoungGeneration();
  limitHeapGrowth(heapGrowthPercent);
  // A bug raises an alert. It must not end the process, because every other request would end too.
  process.on('unhandledRejection', (reason) => alert(UNHANDLED_REJECTION, 'A promise was rejected without a handler', { err: reason }));
  const stopping = new AbortController();
  const starting = start(stopping.signal);
  let isEnding = false;
  // From the first moment: a signal during the start ends what was started so far.
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) return;
    isEnding = true;
    // The terminal may be closed: what is written to it must not end the process before it has stopped everything.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    stopping.abort();
    new Logger('Process').log(`${signal}: shutting down`);
    const watchdog = exitAfter(WATCHDOG_MS);
    starting
      .then((running) => {
        clearTimeout(watchdog);
        exitAfter(WATCHDOG_MS + (running.servesOnMs ?? 0));
        return running.close();
      })
      .then(
        () => process.exit(0),
        (error: unknown) => {
          if (error === stopping.signal.reason) process.exit(0);
          new Logger('Process').error({ err: error }, 'The process did not end cleanly');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  try {
    await starting;
    collectGarbage();
  } catch (error) {
    if (isEnding && error === stopping.signal.reason) return;
    process.stderr.write(`${startFault(error)}\n`);
    process.exit(1);
  }
}

function exitAfter(milliseconds: number): NodeJS.Timeout {
  return setTimeout(() => process.exit(1), milliseconds).unref();
}

function startFault(error: unknown): string {
  if (error instanceof SettingsInvalid || error instanceof DomainError) return error.message;
  const { code, port, hostname } = error as NodeJS.ErrnoException & { port?: number; hostname?: string };
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Stop it, or set another port.`;
  if (code === 'ECONNREFUSED') return `Nothing answers at port ${port}: is the database running, and is DATABASE_URL right?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The host ${hostname} is unknown: is DATABASE_URL right?`;
  // 28: invalid user or password; 3D: unknown database.
  if (/^(28|3D)...$/.test(code ?? '')) return `PostgreSQL refuses the connection (${(error as Error).message}): is DATABASE_URL right?`;
  // The message of a plain Error was written for users; any other error is a bug and needs its stack.
  if (error instanceof Error) return error.name === 'Error' ? error.message : (error.stack ?? error.message);
  return String(error);
}
