// Waits until the process that started it ends, then removes what that process left behind. Reads one leftover a line from standard input.
// The kernel closes this pipe when the other process ends for any reason, SIGKILL included.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const leftovers = new Map();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, ...leftover } = JSON.parse(line);
    if (Object.keys(leftover).length > 0) leftovers.set(id, leftover);
    else leftovers.delete(id);
  })
  .on('close', async () => {
    const remaining = [...leftovers.values()];
    for (const { processGroup, container } of remaining) {
      if (processGroup) ignoreErrors(() => process.kill(-processGroup, 'SIGKILL'));
      if (container) spawnSync('docker', ['rm', '--force', '--volumes', container]);
    }
    // Folders come after processes: a server that still writes would create its folder again.
    for (const { folder } of remaining) {
      if (folder) await remove(folder);
    }
  });

/** PostgreSQL runs in a session of its own, so the process group of its starter does not contain it. */
function killPostgresBelow(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('postmaster.pid')) continue;
    ignoreErrors(() => process.kill(Number.parseInt(readFileSync(join(folder, name), 'utf8'), 10), 'SIGKILL'));
  }
}

/** Tries repeatedly, because a process that was just killed, or an initdb without a parent, may still write there. */
async function remove(folder) {
  for (const deadline = Date.now() + 10_000; existsSync(folder) && Date.now() < deadline; await sleep(50)) {
    ignoreErrors(() => killPostgresBelow(folder));
    ignoreErrors(() => rmSync(folder, { recursive: true, force: true }));
  }
}

/** An error means that the thing no longer exists. */
function ignoreErrors(action) {
  try {
    action();
  } catch {
    // Nothing remains to be done.
  }
}
