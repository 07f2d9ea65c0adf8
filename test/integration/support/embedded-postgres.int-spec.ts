import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { runningServer } from '../../../apps/standalone/src/postgres/stale-server.js';
import { type EmbeddedPostgres, startPostgres } from '../../../apps/standalone/src/embedded-postgres.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { until } from '../../support/until.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];
  const logged: string[] = [];

  const start = async ({ port = 0, durable = false, directory = dataDir } = {}) => {
    const server = await startPostgres({ dataDir: directory, port, durable, database: 'cinema', log: (line) => logged.push(line) });
    started.push(server);
    return server;
  };

  /** Starts the server on the same data in another process, which then only waits. */
  const startInOtherProcess = async ({ port }: { port: number }): Promise<ChildProcess> => {
    const program = `
      const { startPostgres } = await import('./apps/standalone/src/embedded-postgres.ts');
      await startPostgres({ dataDir: process.argv[1], port: ${port}, durable: false, database: 'cinema', log: () => undefined });
      process.stdout.write('started');
      setInterval(() => undefined, 1000);`;
    const flags = ['--import', './test/support/typescript.mjs', '--input-type=module', '--eval', program, dataDir];
    const child = spawn(process.execPath, flags, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child;
  };

  // The tests share one cluster, because creating one takes seconds.
  beforeAll(() => {
    folder = temporaryFolder();
    dataDir = join(folder.path, 'postgres');
  });
  beforeEach(() => {
    logged.length = 0;
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
  });
  afterAll(() => folder.remove());

  it('data is kept after a stop and a start', async () => {
    const first = await start({ durable: true });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start({ durable: true });
    await expect(query(second.url, 'SELECT answer FROM kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it('PostgreSQL uses UTF-8, sorts by code point and needs its private password', async () => {
    const { url, directory } = await start();
    const [row] = await query(
      url,
      `SELECT current_setting('server_encoding') AS encoding, lower('ÀÉÎ') AS lower, 'B' < 'a' AS by_code_point`,
    );
    expect(row).toEqual({ encoding: 'UTF8', lower: 'àéî', by_code_point: true });
    expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('a taken port is reported in one sentence', async () => {
    const port = await freePort();
    const occupant = await new Promise<Server>((resolve) => {
      const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
    });
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1, wanted for PostgreSQL, is taken; stop what listens there or choose another port.`,
    );
    occupant.close();
  });

  it('a second start on the data of a running process is refused', async () => {
    const other = await startInOtherProcess({ port: 0 });
    await expect(start()).rejects.toThrow(`already running, started by process ${other.pid}`);
    expect(runningServer(join(dataDir, 'cluster'))).toBeDefined();
    other.kill('SIGKILL');
  });

  it('a server whose starter was killed is replaced on the same port', async () => {
    const port = await freePort();
    const other = await startInOtherProcess({ port });
    const stale = runningServer(join(dataDir, 'cluster'))!;
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    expect(runningServer(join(dataDir, 'cluster'))?.pid).toBe(stale.pid);
    const server = await start({ port });
    expect(server.pid).not.toBe(stale.pid);
    expect(logged).toContainEqual(expect.stringContaining(`Stopping PostgreSQL ${stale.pid}`));
    await expect(query(server.url, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('a lock file with the process id of another program does not prevent a start', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await until(() => runningServer(join(dataDir, 'cluster')) === undefined, { what: 'the server to end' });
    const lock = join(dataDir, 'cluster', 'postmaster.pid');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid)));
    await expect(start()).resolves.toBeDefined();
  });

  it('a cluster whose creation was interrupted is created again', async () => {
    const directory = join(folder.path, 'interrupted');
    mkdirSync(join(directory, 'cluster.4711', 'base'), { recursive: true });
    mkdirSync(join(directory, 'cluster'), { recursive: true });
    const { url } = await start({ directory });
    await expect(query(url, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('only a server that ended on its own is reported, not a stopped one', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await until(() => logged.some((line) => line.includes('ended on its own (SIGKILL)')), { what: 'the report' });
    logged.length = 0;
    const next = await start();
    await next.stop();
    expect(logged.join()).not.toContain('ended on its own');
  });
});
