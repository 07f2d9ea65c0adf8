/** Whatever is entrusted here ends with this process, even when this process is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process group by its leader, a Docker container, or a folder with any PostgreSQL that runs on data in it. */
export type Leftover = { readonly group: number } | { readonly container: string } | { readonly folder: string };

let reaper: ChildProcess | undefined;
let charges = 0;
let lastId = 0;

/** Returns the function that takes the charge back, once it has ended in an orderly way. */
export function cleanUpOnExit(charge: Leftover): () => void {
  reaper ??= startReaper();
  const id = ++lastId;
  charges += 1;
  tell({ id, ...charge });
  return () => {
    tell({ id });
    charges -= 1;
    if (charges > 0) return;
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
  // A pipe is a Socket underneath; unreferenced, it does not keep a finished test run waiting.
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

function tell(message: object): void {
  reaper?.stdin?.write(`${JSON.stringify(message)}\n`);
}
