/** A PgBouncer of the tests in transaction mode, from the program on this machine or its Debian package. */
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { requireProgram } from './rabbitmq-install.js';
import { cleanUpOnExit } from './reaper.js';
import { temporaryFolder } from './temporary-folder.js';
import { until } from './until.js';

/** Debian's `nobody`: PgBouncer refuses to run as root. */
const NOBODY = 65_534;

export interface Pgbouncer {
  /** The same database as `target`, through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `target` is the URL with the user that the pooler logs in as. Throws when it does not start. */
export async function startPgbouncer(target: string, { poolSize = 8, port = 0 } = {}): Promise<Pgbouncer> {
  const program = await requireProgram('pgbouncer', 'pgbouncer');
  const { path, remove } = temporaryFolder();
  const folder = join(path, 'pgbouncer');
  const listenPort = port === 0 ? await freePort() : port;
  const { hostname, port: serverPort, pathname, username, password } = new URL(target);
  const database = pathname.slice(1);
  const isRoot = process.getuid?.() === 0;
  const settings = [
    '[databases]',
    `${database} = host=${hostname} port=${serverPort || 5432} dbname=${database} user=${username} password='${decodeURIComponent(password)}'`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listenPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'max_client_conn = 500',
    `default_pool_size = ${poolSize}`,
    `logfile = ${join(folder, 'log')}`,
  ];
  mkdirSync(folder);
  const configuration = join(folder, 'pgbouncer.ini');
  writeFileSync(configuration, `${settings.join('\n')}\n`, { mode: 0o600 });
  if (isRoot) for (const each of [folder, configuration]) chownSync(each, NOBODY, NOBODY);
  const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(program, [configuration], { detached: true, stdio: 'ignore', ...identity });
  child.unref();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const cancelCleanUp = child.pid === undefined ? () => undefined : cleanUpOnExit({ processGroup: child.pid });
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(listenPort);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    cancelCleanUp();
    await remove();
  };
  try {
    await until(() => answers(url.href), { what: 'PgBouncer to answer' });
  } catch (error) {
    const log = readFileSync(join(folder, 'log'), 'utf8').slice(-2_000);
    await stop();
    throw new Error(`PgBouncer did not start: ${log}`, { cause: error });
  }
  return { url: url.href, stop };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}
