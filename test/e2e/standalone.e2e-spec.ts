import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listMovies, register } from '../../clients/typescript/src/index.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { dataOf, HttpClient, type Json } from '../support/http-client.js';
import { AFTER_SIGKILL_MS } from '../support/invariants.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { until } from '../support/until.js';
import { assertStandaloneInvariants } from './standalone-invariants.js';

const ROOT = join(import.meta.dirname, '..', '..');
const LANGUAGES = 'libs/notifications/src/infrastructure/languages';

/** What the `.env` or the shell of an operator of the real system has: nothing of it leads the demo there, or keeps it from starting. */
const OF_THE_REAL_SYSTEM = {
  DATABASE_URL: 'postgres://real@127.0.0.1:1/real',
  DATABASE_PASSWORD: 'the-password-of-the-real-database',
  DATABASE_DIRECT_URL: 'postgres://real@127.0.0.1:1/real',
  DATABASE_READ_URL: 'postgres://real@127.0.0.1:1/real',
  DATABASE_POOLER: 'transaction',
  AMQP_URL: 'amqp://real:broker-pass@127.0.0.1:1',
  JWT_SECRET_FILE: '/run/secrets/of-the-real-system',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef0123456789abcdef',
  S3_ENDPOINT: 'http://127.0.0.1:1',
  S3_BUCKET: 'real',
  ADMIN_EMAIL: 'boss@cinema.test',
  ADMIN_PASSWORD: 'the-password-of-the-boss',
};

describe('make start', () => {
  let dataDir: string;
  /** A copy, because a language is added to it. Below the folder of the repository, where its packages are found. */
  let dist: string;
  let ports: { PORT: string; POSTGRES_PORT: string; SANDBOX_PORT: string; STORAGE_PORT: string };
  let system: RunningProcess | null = null;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'movie-reservation-standalone-'));
    // As root PostgreSQL runs as another account, which must be able to enter.
    chmodSync(dataDir, 0o711);
    dist = mkdtempSync(join(ROOT, '.make', 'dist-'));
    cpSync(join(ROOT, 'dist'), dist, { recursive: true });
    const [api, postgres, sandbox, storage] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    ports = { PORT: String(api), POSTGRES_PORT: String(postgres), SANDBOX_PORT: String(sandbox), STORAGE_PORT: String(storage) };
  });
  afterAll(async () => {
    await system?.kill('SIGTERM');
    rmSync(dist, { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
  });

  const start = (): Promise<RunningProcess> =>
    startProcess({
      entry: 'standalone',
      dist,
      env: { ...OF_THE_REAL_SYSTEM, ...ports, DATA_DIR: dataDir },
      healthUrl: `http://127.0.0.1:${ports.PORT}/readyz`,
      timeoutMs: 80_000,
    });

  /** Waits until the process has printed something that matches. Returns the match. */
  const printed = (running: RunningProcess, expected: RegExp): Promise<string> =>
    until(() => expected.exec(running.output())?.[0], { timeoutMs: 60_000, what: `the output ${expected}` });

  /** Returns the block of the README below this mark, with the ports of this suite. */
  function block(mark: string): string {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    return new RegExp(`<!-- ${mark} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``)
      .exec(readme)![1]!
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${ports.PORT}`)
      .replaceAll('127.0.0.1:12111', `127.0.0.1:${ports.SANDBOX_PORT}`);
  }

  /** Runs a block of the README. Returns the lines that it printed. */
  async function paste(mark: string): Promise<string[]> {
    const { stdout } = await promisify(execFile)('bash', ['-c', block(mark)], { timeout: 60_000 });
    return stdout.trim().split('\n');
  }

  it('the first start adds a programme and prints all addresses and accounts', async () => {
    system = await start();
    // Asked at once: a system that is ready has what the walk-through needs.
    const { data: showtimes } = await client().expectOk('GET', '/showtimes?limit=50');
    expect(showtimes).toHaveLength(50);
    const programme = await printed(system, /Added \d+ movies and \d+ showtimes/);
    expect(Number(/(\d+) movies/.exec(programme)![1])).toBeGreaterThanOrEqual(40);
    expect(system.output()).toMatch(/^Starting for the first time/);
    expect(system.output()).toContain(`Look first at http://127.0.0.1:${ports.PORT}\n`);
    expect(system.output()).toContain(`http://127.0.0.1:${ports.PORT}/docs`);
    expect(system.output()).toMatch(/Admin +\S+@\S+ +\S+/);
  }, 90_000);

  it('the page at / shows the demo accounts and the first block of the README', async () => {
    const html = await (await fetch(`http://127.0.0.1:${ports.PORT}/`)).text();
    for (const text of ['admin@example.com', 'demo-admin-pass', 'customer@example.com', 'demo-customer-pass']) expect(html).toContain(text);
    const shown = /<pre>([\s\S]*?)<\/pre>/.exec(html)![1]!;
    const plain = shown.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    expect(plain).toBe(block('walk-through'));
  });

  it.each(['http://localhost:5173', 'http://127.0.0.1:8080', 'http://localhost'])(
    'a page of %s may call the API from a browser',
    async (origin) => {
      const api = `http://127.0.0.1:${ports.PORT}/api/v1`;
      const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' };
      const preflight = await fetch(`${api}/reservations`, { method: 'OPTIONS', headers: asked });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
      expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
      const answers = [
        preflight,
        await fetch(`${api}/movies`, { headers: { origin } }),
        await fetch(`${api}/nothing`, { headers: { origin } }),
      ];
      expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([origin, origin, origin]);
    },
  );

  it.each(['https://shop.example', 'http://localhost.shop.example:5173', 'null'])('a page of %s may not', async (origin) => {
    const { headers } = await fetch(`http://127.0.0.1:${ports.PORT}/api/v1/movies`, { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('the first block of the README books, pays and cancels', async () => {
    expect(await paste('walk-through')).toEqual([expect.any(String), 'succeeded', 'confirmed', 'cancelled', 'succeeded']);
  }, 90_000);

  it('the second block of the README refunds a late payment, also when it runs twice', async () => {
    const lines = ['processing', expect.any(String), 'expired', 'payment-came-too-late', 'cancelled', '0'];
    expect(await paste('integrators')).toEqual(lines);
    expect(await paste('integrators')).toEqual(lines);
  }, 90_000);

  const client = () => new HttpClient(`http://127.0.0.1:${ports.PORT}`, { email: '', password: '' });

  it('each of the 82 movies of the demo gets posters of its own', async () => {
    const listed = async () => (await dataOf(listMovies({ ...client().as(), query: { limit: 100 } }))).data;
    const movies = await until(
      async () => {
        const all = await listed();
        return all.every(({ poster }) => poster !== null) && all;
      },
      { timeoutMs: 120_000, what: 'every movie to have a poster', intervalMs: 500 },
    );
    expect(movies).toHaveLength(82);
    const images = new Set(movies.flatMap(({ poster }) => [poster!.small, poster!.large]));
    expect(images.size).toBe(2 * 82);
    for (const image of images) {
      const { status, headers } = await fetch(`${client().url}${image}`);
      expect([image, status, headers.get('content-type')]).toEqual([image, 200, 'image/webp']);
    }
  }, 150_000);

  /** The texts of English, and one of its own. */
  function addLanguage(): void {
    const english = readFileSync(join(dist, LANGUAGES, 'en.js'), 'utf8');
    const french = english.replace(`'en-GB'`, `'fr-FR'`).replace('Please confirm your e-mail address', 'Veuillez confirmer votre adresse');
    writeFileSync(join(dist, LANGUAGES, 'fr.js'), french);
  }

  it('Ctrl-C ends every process, and the next start keeps the data', async () => {
    expect(await system!.kill('SIGINT')).toEqual({ code: 0, signal: null });
    await expect(fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/healthz`)).rejects.toThrow();
    addLanguage();
    const again = await start();
    system = again;
    expect(await printed(again, /Added \d+ movies and \d+ showtimes/)).toBe('Added 0 movies and 0 showtimes');
    expect(again.output()).toMatch(/^Starting\.\n/);
  }, 90_000);

  it('a language that was added as a file is one that mails are written in', async () => {
    const account = { email: 'amelie@example.com', password: 'seven quiet rows', fullName: 'Amélie', language: 'fr' };
    expect(await dataOf(register({ ...client().as(), body: account }))).toMatchObject({ language: 'fr' });
    const caught = async (): Promise<Json> => (await client().expectOk('GET', `//sandbox/mails?to=${account.email}`)).data[0];
    const { subject, text } = await until(caught, { what: 'the mail' });
    expect(subject).toBe('Veuillez confirmer votre adresse');
    expect(text).toMatch(/ \d{1,2} [a-zéû]+ \d{4}/);
  });

  it('the moved clock survives a restart and is set back with DELETE /sandbox/clock', async () => {
    const clock = `http://127.0.0.1:${ports.PORT}/sandbox/clock`;
    const offsetSeconds = async (method: string): Promise<number> =>
      ((await (await fetch(clock, { method })).json()) as { offsetSeconds: number }).offsetSeconds;
    expect(await offsetSeconds('DELETE')).toBe(0);
    const body = JSON.stringify({ minutes: 31 });
    await fetch(`${clock}/advance`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await system!.kill('SIGINT');
    system = await start();
    expect(await printed(system, /\d+ minutes ahead/)).toBe('31 minutes ahead');
    expect(await offsetSeconds('GET')).toBe(1_860);
    expect(await offsetSeconds('DELETE')).toBe(0);
    expect(await offsetSeconds('GET')).toBe(0);
  }, 90_000);

  it('a start whose demo admin has another password adds nothing, and works', async () => {
    const changePassword = async (currentPassword: string, newPassword: string): Promise<void> => {
      const token = await client().logIn('admin@example.com', currentPassword);
      await client().expectOk('PUT', '/auth/me/password', { token, body: { currentPassword, newPassword } });
    };
    await changePassword('demo-admin-pass', 'another-admin-pass');
    await system!.kill('SIGINT');
    system = await start();
    expect(await printed(system, /Nothing was added: .*\./)).toContain('Nothing was added: the demo admin was changed.');
    expect(system.output()).toMatch(/Admin +admin@example.com +\(was changed/);
    await changePassword('another-admin-pass', 'demo-admin-pass');
  }, 90_000);

  it('a start after SIGKILL works', async () => {
    await system!.kill('SIGKILL');
    system = await start();
    const response = await fetch(`http://127.0.0.1:${ports.PORT}/api/v1/movies?limit=1`);
    expect(response.status).toBe(200);
  }, 90_000);

  it('the invariants hold after reservations, restarts and SIGKILL', async () => {
    await assertStandaloneInvariants(system!, { ...ports, timeoutMs: AFTER_SIGKILL_MS });
  }, 90_000);

  it.each(['PORT', 'SANDBOX_PORT', 'POSTGRES_PORT', 'STORAGE_PORT'] as const)(
    'a taken %s is reported in one sentence with exit code 1',
    async (variable) => {
      await system?.kill('SIGTERM');
      system = null;
      const occupant = createServer().listen(Number(ports[variable]), '127.0.0.1');
      try {
        const second = await startProcess({ entry: 'standalone', env: { ...ports, DATA_DIR: dataDir } });
        expect((await second.exited).code).toBe(1);
        const lastLine = second.output().trim().split('\n').at(-1);
        expect(lastLine).toMatch(new RegExp(`${ports[variable]}.* taken`));
        expect(second.output()).not.toContain('    at ');
      } finally {
        occupant.close();
      }
    },
    90_000,
  );
});
