/** How a process starts and ends: settings or a clear list of faults, SIGTERM to a clean exit, and a watchdog behind it. */
import { Logger } from '@nestjs/common';
import { SettingsInvalid } from '../config/load-settings.js';
import { UNHANDLED_REJECTION, alert } from '../telemetry/alert.js';

/** A shutdown that takes longer than this is ended the hard way. */
const WATCHDOG = 15_000;

export interface Closable {
  close(): Promise<void>;
}

/** Starts, and closes once on SIGTERM or SIGINT; exit code 0 after a clean end, 1 otherwise. */
export async function runProcess(start: () => Promise<Closable>): Promise<void> {
  // One broken promise must not take the seats of everybody else's request with it; it is a bug to be heard of.
  process.on('unhandledRejection', (reason) => alert(UNHANDLED_REJECTION, 'A promise was rejected and nobody cared', { err: reason }));
  const starting = start();
  let ending = false;
  // From the first moment: what had been started when the signal came is ended like everything else.
  const end = (signal: NodeJS.Signals): void => {
    if (ending) return;
    ending = true;
    new Logger('Process').log(`${signal}: ending`);
    setTimeout(() => process.exit(1), WATCHDOG).unref();
    starting
      .then((running) => running.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          new Logger('Process').error({ err: error }, 'Could not end cleanly');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  try {
    await starting;
  } catch (error) {
    process.stderr.write(`${startFault(error)}\n`);
    process.exit(1);
  }
}

function startFault(error: unknown): string {
  if (error instanceof SettingsInvalid) return error.message;
  const { code, port, hostname } = error as NodeJS.ErrnoException & { port?: number; hostname?: string };
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Stop it, or set another port.`;
  if (code === 'ECONNREFUSED') return `Nothing answers at port ${port}: is the database running, and is DATABASE_URL right?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `Nobody knows the host ${hostname}: is DATABASE_URL right?`;
  // 28: who you are; 3D: which database
  if (/^(28|3D)...$/.test(code ?? '')) return `PostgreSQL refuses the connection (${(error as Error).message}): is DATABASE_URL right?`;
  // A plain Error was written for people; anything else is a mistake in the program and needs its stack.
  if (error instanceof Error) return error.name === 'Error' ? error.message : (error.stack ?? error.message);
  return String(error);
}
