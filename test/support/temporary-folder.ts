/** Temporary folders for the data of servers that a suite starts. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runningServer, stopServer } from '../../apps/standalone/src/postgres/stale-server.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

/** Creates a folder. It is removed at the end of the run at the latest, together with any PostgreSQL that runs in it. */
export function temporaryFolder(): { readonly path: string; remove(this: void): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'movie-reservation-tests-'));
  // When the tests run as root, PostgreSQL runs as another account, which must be able to enter.
  chmodSync(path, 0o711);
  const cancelCleanUp = cleanUpOnExit({ folder: path });
  return {
    path,
    remove: async () => {
      // Tries repeatedly, because a process that was just killed may still write there.
      await until(() => tryToRemove(path), { timeoutMs: 10_000, what: `${path} to be removed`, intervalMs: 50 });
      cancelCleanUp();
    },
  };
}

async function tryToRemove(path: string): Promise<boolean> {
  if (!existsSync(path)) return true;
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    const server = basename(name) === 'postmaster.pid' && runningServer(dirname(join(path, name)));
    if (server) await stopServer(server.pid);
  }
  rmSync(path, { recursive: true, force: true });
  return !existsSync(path);
}
