import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.js';
import { type RunningProcess, startProcess } from '../support/processes.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

describe('make start', () => {
  let dataDir: string;
  let ports: { PORT: string; POSTGRES_PORT: string; SANDBOX_PORT: string };
  let system: RunningProcess | null = null;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'movie-reservation-standalone-'));
    const [api, postgres, sandbox] = await Promise.all([freePort(), freePort(), freePort()]);
    ports = { PORT: String(api), POSTGRES_PORT: String(postgres), SANDBOX_PORT: String(sandbox) };
  });
  afterAll(async () => {
    await system?.kill('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
  });

  const start = (): Promise<RunningProcess> =>
    startProcess({
      entry: 'standalone',
      env: { ...ports, DATA_DIR: dataDir },
      healthUrl: `http://127.0.0.1:${ports.PORT}/readyz`,
      timeoutMs: 60_000,
    });

  async function said(running: RunningProcess, what: RegExp): Promise<string> {
    for (;;) {
      const line = what.exec(running.output())?.[0];
      if (line !== undefined) return line;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Runs the block of the README under this mark, with this test's ports. Returns the lines it printed. */
  async function paste(mark: string): Promise<string[]> {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const block = new RegExp(`<!-- ${mark} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``)
      .exec(readme)![1]!
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${ports.PORT}`)
      .replaceAll('127.0.0.1:12111', `127.0.0.1:${ports.SANDBOX_PORT}`);
    const { stdout } = await run('bash', ['-c', block], { timeout: 60_000 });
    return stdout.trim().split('\n');
  }

  it('the first start seeds the system and prints where to look', async () => {
    system = await start();
    const programme = await said(system, /Added \d+ movies and \d+ showtimes/);
    expect(Number(/(\d+) movies/.exec(programme)![1])).toBeGreaterThanOrEqual(40);
    expect(system.output()).toMatch(/^Starting for the first time/);
    expect(system.output()).toContain(`Look first at http://127.0.0.1:${ports.PORT}/docs`);
    expect(system.output()).toContain(`http://127.0.0.1:${ports.PORT}/docs`);
    expect(system.output()).toMatch(/Admin +\S+@\S+ +\S+/);
  }, 90_000);

  it('the first block of the README books, pays and cancels', async () => {
    expect(await paste('walk-through')).toEqual([expect.any(String), 'succeeded', 'confirmed', 'cancelled', 'succeeded']);
  }, 90_000);

  it('the second block of the README refunds a late payment', async () => {
    const printed = ['processing', expect.any(String), 'expired', 'payment-came-too-late', 'cancelled', '0'];
    expect(await paste('integrators')).toEqual(printed);
    expect(await paste('integrators')).toEqual(printed);
  }, 90_000);

  it('Ctrl-C stops everything, and the next start finds the data', async () => {
    expect(await system!.kill('SIGINT')).toEqual({ code: 0, signal: null });
    await expect(fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/healthz`)).rejects.toThrow();
    const again = await start();
    system = again;
    expect(await said(again, /Added \d+ movies and \d+ showtimes/)).toBe('Added 0 movies and 0 showtimes');
    expect(again.output()).toMatch(/^Starting\.\n/);
  }, 90_000);

  it('the moved clock survives a restart and is set back with DELETE /sandbox/clock', async () => {
    const clock = `http://127.0.0.1:${ports.PORT}/sandbox/clock`;
    const offsetSeconds = async (method: string): Promise<number> =>
      ((await (await fetch(clock, { method })).json()) as { offsetSeconds: number }).offsetSeconds;
    expect(await offsetSeconds('DELETE')).toBe(0);
    const body = JSON.stringify({ minutes: 31 });
    await fetch(`${clock}/advance`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await system!.kill('SIGINT');
    system = await start();
    expect(await said(system, /\d+ minutes ahead/)).toBe('31 minutes ahead');
    expect(await offsetSeconds('GET')).toBe(1_860);
    expect(await offsetSeconds('DELETE')).toBe(0);
    expect(await offsetSeconds('GET')).toBe(0);
  }, 90_000);

  it('a start after SIGKILL serves requests again', async () => {
    await system!.kill('SIGKILL');
    system = await start();
    const answer = await fetch(`http://127.0.0.1:${ports.PORT}/api/v1/movies?limit=1`);
    expect(answer.status).toBe(200);
  }, 90_000);

  it.each(['PORT', 'SANDBOX_PORT', 'POSTGRES_PORT'] as const)(
    'a taken %s is reported in one sentence',
    async (variable) => {
      await system?.kill('SIGTERM');
      system = null;
      const occupant = createServer().listen(Number(ports[variable]), '127.0.0.1');
      try {
        const refused = await startProcess({ entry: 'standalone', env: { ...ports, DATA_DIR: dataDir } });
        expect((await refused.exited).code).toBe(1);
        const lastLine = refused.output().trim().split('\n').at(-1);
        expect(lastLine).toMatch(new RegExp(`${ports[variable]}.* taken`));
        expect(refused.output()).not.toContain('    at ');
      } finally {
        occupant.close();
      }
    },
    90_000,
  );
});
