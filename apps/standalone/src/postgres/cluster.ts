/** Creates the files of a PostgreSQL cluster when they do not exist yet. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programOptions } from './account.js';
import { clusterOf, type DataDirectory } from './data-directory.js';

interface ClusterOptions {
  readonly binaries: string;
  readonly dataDirectory: DataDirectory;
  readonly durable: boolean;
  readonly log: (line: string) => void;
  /** When it is aborted, the creation ends and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Returns the password of the user `postgres`. A cluster whose creation was interrupted is created again. */
export async function ensureCluster({ binaries, dataDirectory, durable, log, signal }: ClusterOptions): Promise<string> {
  const { path, account } = dataDirectory;
  const cluster = clusterOf(dataDirectory);
  const passwordFile = join(path, 'password');
  if (existsSync(join(cluster, 'PG_VERSION'))) return readPassword(passwordFile, cluster);
  for (const name of readdirSync(path)) {
    if (name.startsWith('cluster')) rmSync(join(path, name), { recursive: true, force: true });
  }
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const unfinished = `${cluster}.${process.pid}`;
  log(`Creating a PostgreSQL cluster in ${cluster}.`);
  const flags = [
    `--pgdata=${unfinished}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await promisify(execFile)(join(binaries, 'bin', 'initdb'), flags, { ...programOptions(account), signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`initdb failed: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`, { cause: error });
  }
  renameSync(unfinished, cluster);
  return password;
}

function readPassword(file: string, cluster: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`The password of ${cluster} cannot be read from ${file}; start as the user who created it or delete both.`, {
      cause: error,
    });
  }
}
