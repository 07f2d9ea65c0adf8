// Outlives the process that started it and ends what that one left running. It reads one charge a line on its standard input;
// the kernel closes that pipe however the other process ended, SIGKILL included.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const charges = new Map();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, ...charge } = JSON.parse(line);
    if (Object.keys(charge).length > 0) charges.set(id, charge);
    else charges.delete(id);
  })
  .on('close', async () => {
    const left = [...charges.values()];
    for (const { group, container } of left) {
      if (group) attempt(() => process.kill(-group, 'SIGKILL'));
      if (container) spawnSync('docker', ['rm', '--force', '--volumes', container]);
    }
    // Processes before folders: a server that still writes would make its folder anew.
    for (const { folder } of left) {
      if (!folder) continue;
      await remove(folder);
    }
  });

/** A PostgreSQL lives in a session of its own, so the group of its starter does not reach it. */
function endPostgresBelow(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('postmaster.pid')) continue;
    attempt(() => process.kill(Number.parseInt(readFileSync(join(folder, name), 'utf8'), 10), 'SIGKILL'));
  }
}

/** Again and again: what was just killed, or an initdb that nobody waits for any more, may still be writing there. */
async function remove(folder) {
  for (const deadline = Date.now() + 10_000; existsSync(folder) && Date.now() < deadline; await sleep(50)) {
    attempt(() => endPostgresBelow(folder));
    attempt(() => rmSync(folder, { recursive: true, force: true }));
  }
}

function attempt(act) {
  try {
    act();
  } catch {
    // Already gone, which is what was wanted.
  }
}
