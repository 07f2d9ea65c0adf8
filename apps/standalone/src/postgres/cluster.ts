/** Makes the files of a PostgreSQL, once. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Place, clusterOf, environment } from './place.js';

/** Returns the password of the user `postgres`. A cluster whose making was interrupted is made anew. */
export async function initialise(place: Place, durable: boolean, log: (line: string) => void): Promise<string> {
  const cluster = clusterOf(place);
  const passwordFile = join(place.directory, 'password');
  if (existsSync(join(cluster, 'PG_VERSION'))) return readPassword(passwordFile, cluster);
  for (const name of readdirSync(place.directory)) {
    if (name.startsWith('cluster')) rmSync(join(place.directory, name), { recursive: true, force: true });
  }
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.account) chownSync(passwordFile, place.account.uid, place.account.gid);
  const unfinished = `${cluster}.${process.pid}`;
  log(`Making a PostgreSQL cluster in ${cluster}.`);
  await initdb(place, [
    `--pgdata=${unfinished}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  renameSync(unfinished, cluster);
  return password;
}

function readPassword(file: string, cluster: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`The password of ${cluster} cannot be read from ${file}; start as the user who made it or delete both.`, {
      cause: error,
    });
  }
}

async function initdb(place: Place, flags: string[]): Promise<void> {
  try {
    await promisify(execFile)(join(place.binaries, 'bin', 'initdb'), flags, { cwd: '/', env: environment(), ...place.account });
  } catch (error) {
    throw new Error(`initdb failed: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`, { cause: error });
  }
}
