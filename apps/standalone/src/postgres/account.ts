/** The account that PostgreSQL runs as when root starts it: the server refuses to run as root. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Holds what the account cannot reach elsewhere. Only root writes directly into it. */
export const SHARED_DIRECTORY = '/var/lib/movie-reservation';

export function makeSharedDirectory(): void {
  mkdirSync(SHARED_DIRECTORY, { recursive: true });
  // The umask of the caller must not keep the account out.
  chmodSync(SHARED_DIRECTORY, 0o755);
}

/** Returns the account `postgres`, and creates it when it is missing. */
export function postgresAccount(): Account {
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

const TEST_FLAGS = { read: '-r', enter: '-x', execute: '-x' } as const;

/** Runs the test as that account, so that access lists and mount options count too. */
export function canAccess(account: Account, path: string, mode: keyof typeof TEST_FLAGS): boolean {
  return spawnSync('/bin/sh', ['-c', `test ${TEST_FLAGS[mode]} "$1"`, 'sh', path], { cwd: '/', ...account }).status === 0;
}

/** Options to start PostgreSQL's programs with. PGDATA, PGPORT or a locale of the caller would change what is started. */
export function programOptions(account: Account | undefined) {
  return { cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...account };
}
