/** Shows how far long work is: one line on a terminal, replaced as it goes. Nothing where there is no terminal. */
import type { Terminal } from './subcommand.js';

const WIDTH = 30;
/** A terminal need not be written to for every row. */
const EVERY_MS = 100;

interface Progress {
  /** `total` is null where it is not known. */
  readonly advance: (done: number, total?: number | null) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** `what` names what is counted, such as "events". */
export function progressOf({ showProgress }: Terminal, what: string): Progress {
  if (showProgress === undefined) return { advance: () => undefined, end: () => undefined };
  let shownAt = -Infinity;
  return {
    advance(done, total = null) {
      const now = performance.now();
      if (now - shownAt < EVERY_MS) return;
      shownAt = now;
      showProgress(lineOf(what, done, total));
    },
    end: () => showProgress(null),
  };
}

/** Runs the work, and takes the line away however it ends. */
export async function withProgress<T>(terminal: Terminal, what: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = progressOf(terminal, what);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

function lineOf(what: string, done: number, total: number | null): string {
  if (total === null) return `${done} ${what} …`;
  const share = total <= 0 ? 1 : Math.min(1, done / total);
  const full = Math.floor(share * WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %  ${what}`;
}

/** What a process writes to: a line of progress is taken away before anything else is printed. */
export function terminalLines(
  output: NodeJS.WriteStream,
  errors: NodeJS.WriteStream,
): Pick<Terminal, 'print' | 'printError' | 'showProgress'> {
  let isShown = false;
  const take = (): void => {
    if (isShown) errors.write('\r\u001b[2K');
    isShown = false;
  };
  const printTo = (stream: NodeJS.WriteStream) => (line: string) => {
    take();
    stream.write(`${line}\n`);
  };
  return {
    print: printTo(output),
    printError: printTo(errors),
    // Both: what goes into a file or a program must not be mixed with it, and neither must a log.
    ...(output.isTTY && errors.isTTY
      ? {
          showProgress: (line: string | null) => {
            take();
            if (line === null) return;
            errors.write(line.slice(0, (errors.columns ?? 80) - 1));
            isShown = true;
          },
        }
      : {}),
  };
}
