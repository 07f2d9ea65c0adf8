/** Signals at `make start` and `make demo`, while they start and later: nothing goes on running, and the demo leaves nothing behind. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runningServer } from '../../apps/standalone/src/postgres/stale-server.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { cleanUpOnExit } from '../support/reaper.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { assertStandaloneInvariants, withDatabaseIn } from './standalone-invariants.js';

const clusterIn = (folder: string): string => join(folder, 'postgres', 'cluster');
const ROOT = join(import.meta.dirname, '..', '..');
const WAIT = { timeoutMs: 60_000, intervalMs: 20 };
const ENDED_WITHIN_MS = 14_000;
/** With it a start adds for more than a minute, so that a signal comes meanwhile on every machine. */
const SLOW_SHOWTIMES = `
  CREATE FUNCTION showtimes.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
  CREATE TRIGGER slow BEFORE INSERT ON showtimes.showtimes FOR EACH ROW EXECUTE FUNCTION showtimes.wait()`;

describe('Ends of make start', () => {
  const folder = temporaryFolder();
  let ports: Record<'PORT' | 'POSTGRES_PORT' | 'SANDBOX_PORT' | 'STORAGE_PORT', string>;
  let system: RunningProcess | null = null;

  beforeAll(async () => {
    const [PORT, POSTGRES_PORT, SANDBOX_PORT, STORAGE_PORT] = (await Promise.all([freePort(), freePort(), freePort(), freePort()])).map(
      String,
    );
    ports = { PORT: PORT!, POSTGRES_PORT: POSTGRES_PORT!, SANDBOX_PORT: SANDBOX_PORT!, STORAGE_PORT: STORAGE_PORT! };
  });
  afterEach(async () => void (await system?.kill('SIGTERM')));
  afterAll(() => folder.remove());

  async function inDatabase(statement: string): Promise<true> {
    await withDatabaseIn(join(folder.path, 'postgres'), ports, async (sql) => void (await sql(statement)));
    return true;
  }

  async function isAdding(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${ports.PORT}/readyz`);
    const { status, checks } = (await response.json()) as { status: string; checks: Record<string, string> };
    return response.status === 503 && status === 'not ready' && checks['demo'] === 'movies and showtimes are being added';
  }

  async function hasShowtimes(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${ports.PORT}/api/v1/showtimes`);
    return ((await response.json()) as { data: unknown[] }).data.length > 0;
  }

  async function assertEndedBy(signal: NodeJS.Signals, moment: () => boolean | Promise<boolean>, { path } = folder): Promise<void> {
    system = await startProcess({ entry: 'standalone', env: { ...ports, DATA_DIR: path } });
    await until(moment, { ...WAIT, what: 'the moment of the signal' });
    const signalledAt = performance.now();
    expect(await system.kill(signal)).toEqual({ code: 0, signal: null });
    expect(performance.now() - signalledAt).toBeLessThan(ENDED_WITHIN_MS);
    expect(runningServer(clusterIn(path))).toBeUndefined();
    expect(await freePort(Number(ports.POSTGRES_PORT))).toBe(Number(ports.POSTGRES_PORT));
    expect(system.output()).not.toContain('did not end cleanly');
  }

  it.each([
    ['SIGINT', 'its cluster is created', () => system!.output().includes('Creating a PostgreSQL cluster')],
    ['SIGTERM', 'PostgreSQL runs', (path: string) => runningServer(clusterIn(path)) !== undefined],
  ] as const)(
    'a first start that gets %s while %s stops all that it started',
    async (signal, _moment, isReached) => {
      const own = temporaryFolder();
      await assertEndedBy(signal, () => isReached(own.path), own);
      await own.remove();
    },
    90_000,
  );

  it('a start that can add nothing says why, and serves', async () => {
    const url = `http://127.0.0.1:${ports.PORT}`;
    // The programme begins at the time that the system uses, which this start cannot read.
    const env = { ...ports, DATA_DIR: folder.path, CLOCK_MOVABLE: 'false' };
    system = await startProcess({ entry: 'standalone', env });
    await until(() => system!.output().includes('Ctrl-C stops everything.'), { ...WAIT, what: 'the end of the start' });
    const reason = 'movies and showtimes could not be added: GET /sandbox/clock answered 404';
    expect(system.output()).toContain(`Not ready: ${reason}`);
    expect(system.output()).not.toContain('  Ready.');
    const readiness = await fetch(`${url}/readyz`);
    expect([readiness.status, await readiness.json()]).toEqual([
      503,
      { status: 'not ready', checks: { database: 'up', broker: 'up', demo: expect.stringContaining(reason) } },
    ]);
    expect(await (await fetch(url)).text()).toContain(`demo: ${reason}`);
    expect((await fetch(`${url}/api/v1/movies`)).status).toBe(200);
    await inDatabase(SLOW_SHOWTIMES);
    expect(await system.kill('SIGINT')).toEqual({ code: 0, signal: null });
  }, 90_000);

  it.each([
    ['SIGINT', 'the programme', isAdding],
    ['SIGHUP', 'the rest of the programme', async () => (await hasShowtimes()) && isAdding()],
  ] as const)(
    'a start that gets %s while it adds %s stops all that it started',
    (signal, _what, isReached) => assertEndedBy(signal, isReached),
    90_000,
  );

  it('the invariants hold after starts that were ended', async () => {
    system = await startProcess({ entry: 'standalone', env: { ...ports, DATA_DIR: folder.path } });
    await until(() => inDatabase('DROP FUNCTION showtimes.wait CASCADE'), { ...WAIT, what: 'the database' });
    await until(() => system!.output().includes('Ctrl-C stops everything.'), { ...WAIT, what: 'the end of the start' });
    await assertStandaloneInvariants(system, { ...ports, timeoutMs: 60_000 });
  }, 90_000);
});

describe('Ends of make demo', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each([
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)(
    'a demo that gets %s while it starts leaves no server and no folder',
    async (signal, code) => {
      const demo = spawn(process.execPath, [join(ROOT, 'dist/apps/standalone/src/demo.js')], {
        cwd: ROOT,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: folder.path },
        detached: true,
        stdio: 'ignore',
      });
      cleanUpOnExit({ processGroup: demo.pid! });
      const exited = new Promise<number | null>((resolve) => demo.once('exit', resolve));
      const server = await until(() => serverBelow(folder.path), { ...WAIT, what: 'PostgreSQL of the demo' });
      demo.kill(signal);
      expect(await exited).toBe(code);
      expect(existsSync(`/proc/${server.pid}`) && runningServer(server.cluster)).toBeFalsy();
      // Its data lies in this folder, where its server was found.
      expect(readdirSync(folder.path)).toEqual([]);
    },
    90_000,
  );

  function serverBelow(path: string): { readonly pid: number; readonly cluster: string } | undefined {
    for (const name of readdirSync(path)) {
      const cluster = clusterIn(join(path, name));
      const server = runningServer(cluster);
      if (server) return { pid: server.pid, cluster };
    }
    return undefined;
  }
});
