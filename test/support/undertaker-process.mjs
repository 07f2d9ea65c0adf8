// Outlives the process that started it and ends what that one left running. It reads one charge a line on its standard input;
// the kernel closes that pipe however the other process ended, SIGKILL included.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const charges = new Map();

function end({ group, container, folder }) {
  if (group) process.kill(-group, 'SIGKILL');
  if (container) spawnSync('docker', ['rm', '--force', '--volumes', container]);
  if (folder) endPostgresBelow(folder);
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
}

/** A PostgreSQL lives in a session of its own, so the group of its starter does not reach it. */
function endPostgresBelow(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('/postmaster.pid')) continue;
    try {
      process.kill(Number.parseInt(readFileSync(join(folder, name), 'utf8'), 10), 'SIGKILL');
    } catch {
      // Its lock file outlived it.
    }
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, ...charge } = JSON.parse(line);
    if (Object.keys(charge).length > 0) charges.set(id, charge);
    else charges.delete(id);
  })
  .on('close', () => {
    // Processes before folders: a server that still writes would make its folder anew.
    for (const charge of [...charges.values()].sort((a, b) => Number('folder' in a) - Number('folder' in b))) {
      try {
        end(charge);
      } catch {
        // Already gone, which is what was wanted.
      }
    }
  });
