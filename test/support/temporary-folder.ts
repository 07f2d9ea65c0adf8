/** Temporary folders for the data of servers that a suite starts. */
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runningServer, stopServer } from '../../apps/standalone/src/postgres/stale-server.js';
import { cleanUpOnExit } from './reaper.js';
import { until } from './until.js';

/** Where Linux keeps files in memory. In a container it is often too small. */
const IN_MEMORY = '/dev/shm';
/** The servers of one worker of the tests need about 150 MB of files, those of the failover more. */
const NEEDED_BYTES = 2 ** 30;

/**
 * The parent of folders whose files need not outlive the machine. RabbitMQ waits for the disk at each queue that is declared and each message that is
 * confirmed, which is a third of the time of the broker's suites; a process that is killed loses nothing in memory either.
 */
export function fastParent(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= NEEDED_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Creates a folder. It is removed at the end of the run at the latest, together with any PostgreSQL that runs in it. */
export function temporaryFolder(parent = tmpdir()): { readonly path: string; remove(this: void): Promise<void> } {
  const path = mkdtempSync(join(parent, 'movie-reservation-tests-'));
  // When the tests run as root, PostgreSQL runs as another account, which must be able to enter.
  chmodSync(path, 0o711);
  const cancelCleanUp = cleanUpOnExit({ folder: path });
  return {
    path,
    remove: async () => {
      // Tries repeatedly, because a process that was just killed may still write there.
      await until(() => tryToRemove(path), { what: `${path} to be removed`, intervalMs: 50 });
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
