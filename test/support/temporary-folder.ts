/** A folder for the data of what a suite starts; gone at the end of the run at the latest, with any PostgreSQL left running in it. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runningServer, stopServer } from '../../apps/standalone/src/postgres/stale-server.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

export function temporaryFolder(): { readonly path: string; remove(this: void): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'movie-reservation-tests-'));
  // Where the tests run as root, PostgreSQL runs under an account of its own and has to get through.
  chmodSync(path, 0o711);
  const release = cleanUpOnExit({ folder: path });
  return {
    path,
    remove: async () => {
      // More than once: a process that was just killed may still be in the middle of a write.
      await until(() => removed(path), { timeoutMs: 10_000, what: `${path} to be removed`, intervalMs: 50 });
      release();
    },
  };
}

async function removed(path: string): Promise<boolean> {
  if (!existsSync(path)) return true;
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    const server = basename(name) === 'postmaster.pid' && runningServer(dirname(join(path, name)));
    if (server) await stopServer(server.pid);
  }
  rmSync(path, { recursive: true, force: true });
  return !existsSync(path);
}
