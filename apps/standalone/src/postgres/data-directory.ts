/** Prepares the directory that holds the cluster, its password and its log, for the account that runs PostgreSQL. */
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Account, canAccess, makeSharedDirectory, postgresAccount, SHARED_DIRECTORY } from './account.js';

export interface DataDirectory {
  readonly path: string;
  /** The account to run as; absent when the current user is not root. */
  readonly account?: Account;
}

/** The directory that PostgreSQL calls PGDATA. */
export const clusterOf = (dataDirectory: DataDirectory) => join(dataDirectory.path, 'cluster');

/** As root the result may be another directory than `requested`. Throws an Error of one sentence when there is no account to run as. */
export function prepareDataDirectory(requested: string, log: (line: string) => void): DataDirectory {
  const path = resolve(requested);
  if (process.getuid?.() !== 0) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return { path };
  }
  const account = ownerOfCluster(path) ?? postgresAccount();
  return { path: reachableDirectory(path, account, log), account };
}

/** Data that an ordinary user created stays that user's when root starts the server. */
function ownerOfCluster(directory: string): Account | undefined {
  const owner = statSync(join(directory, 'cluster'), { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

function reachableDirectory(requested: string, account: Account, log: (line: string) => void): string {
  mkdirSync(requested, { recursive: true });
  const movedTo = join(requested, 'moved-to');
  if (!existsSync(movedTo)) {
    if (canAccess(account, dirname(requested), 'enter')) return giveTo(account, requested);
    makeSharedDirectory();
    const created = mkdtempSync(join(SHARED_DIRECTORY, 'data-'));
    writeFileSync(movedTo, created);
    log(`The account "postgres" cannot reach ${requested}, so the data is kept in ${created}.`);
  }
  const directory = readFileSync(movedTo, 'utf8');
  mkdirSync(directory, { recursive: true });
  return giveTo(account, directory);
}

function giveTo(account: Account, directory: string): string {
  chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o700);
  return directory;
}
