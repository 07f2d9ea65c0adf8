/** Removes what this process left behind, after this process ended for any reason, SIGKILL included. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process group by its leader, a Docker container by its name, or a folder with the PostgreSQL servers that keep data in it. */
type Leftover = { readonly processGroup: number } | { readonly container: string } | { readonly folder: string };

let reaper: ChildProcess | undefined;
let registered = 0;
let lastId = 0;

/** Returns a function that cancels the clean-up. Call it when the thing has ended on its own. */
export function cleanUpOnExit(leftover: Leftover): () => void {
  reaper ??= startReaper();
  const id = ++lastId;
  registered += 1;
  send({ id, ...leftover });
  return () => {
    send({ id });
    registered -= 1;
    if (registered > 0) return;
    reaper?.stdin?.end();
    reaper = undefined;
  };
}

function startReaper(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./reaper-process.mjs', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // The pipe is a Socket. Unreferenced, it does not keep a finished test run alive.
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

function send(message: object): void {
  reaper?.stdin?.write(`${JSON.stringify(message)}\n`);
}
