/** A streaming standby of a PostgreSQL that a suite has started for itself. */
import { execFile } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '../../apps/standalone/src/embedded-postgres.js';
import type { DedicatedPostgres } from './postgres.js';
import { temporaryFolder } from './temporary-folder.js';

export interface Standby {
  readonly url: string;
  /** Ends it without warning. */
  kill(): void;
  remove(): Promise<void>;
}

/** Copies the files of the primary, which is stopped for a moment. */
export async function startStandby(primary: DedicatedPostgres): Promise<Standby> {
  const { path: dataDir, remove } = temporaryFolder();
  const directory = dirname(primary.logFile);
  await primary.stop();
  await promisify(execFile)('cp', ['-a', join(directory, 'cluster'), join(directory, 'password'), dataDir]);
  await primary.start();
  const cluster = join(dataDir, 'cluster');
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
  writeFileSync(join(cluster, 'standby.signal'), '');
  const { port, password, username } = new URL(primary.url);
  appendFileSync(
    join(cluster, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'\n`,
  );
  const server = await startPostgres({ dataDir, port: 0, durable: false, log: () => undefined });
  const url = new URL(primary.url);
  url.port = String(server.port);
  return {
    url: url.href,
    kill: () => process.kill(server.pid, 'SIGQUIT'),
    remove: async () => {
      await server.stop().catch(() => undefined);
      await remove();
    },
  };
}
