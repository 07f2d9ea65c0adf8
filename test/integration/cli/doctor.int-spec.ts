import type { Finding } from '@app/platform/operations/findings/finding.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import amqp from 'amqplib';
import { EVENT_LOG } from '@app/platform/messaging/broker.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const NOWHERE = '127.0.0.1:1';

describe('doctor', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    const { url } = await freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URL: url } });
  }, 60_000);
  afterAll(() => system.close());

  async function findingsWith(env: Record<string, string> = {}): Promise<{ code: number; findings: Finding[]; faulty: string[] }> {
    const { code, stdout } = await cliOf(system, ['doctor', '--json'], env);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return { code, findings, faulty: findings.filter(({ status }) => status === 'fault').map(({ part }) => part) };
  }

  /** On a busy machine a check may take longer than its limit, and be a fault for a moment. */
  const untilFaulty = (parts: string[], env: Record<string, string>) =>
    until(
      async () => {
        const found = await findingsWith(env);
        expect(found.faulty.sort()).toEqual(parts);
        return found;
      },
      { what: `the faults ${parts.join(', ')}` },
    );

  it('a system that is well has no fault, and exits with 0', async () => {
    await until(async () => (await system.worker!.inject({ method: 'GET', url: '/readyz' })).statusCode === 200, {
      what: 'the worker to be ready',
    });
    const well = await until(async () => (({ code, ...rest }) => code === 0 && rest)(await findingsWith()), { what: 'no fault' });
    const parts = well.findings.filter(({ status }) => status === 'ok').map(({ part }) => part);
    expect(parts).toEqual(
      expect.arrayContaining(['settings', 'database', 'connections', 'migrations', 'clock', 'broker', 'topology', 'storage', 'stripe']),
    );
    expect(JSON.stringify(well.findings)).not.toContain(system.env['STRIPE_SECRET_KEY']);
  }, 60_000);

  it('each server that is away is a fault of its own, with how to mend it', async () => {
    const away = await untilFaulty(['broker', 'database', 'mail', 'storage', 'stripe'], {
      DATABASE_URL: `postgres://cinema:hunter22@${NOWHERE}/cinema`,
      AMQP_URL: `amqp://cinema:hunter22@${NOWHERE}`,
      S3_ENDPOINT: `http://${NOWHERE}`,
      STRIPE_API_URL: `http://${NOWHERE}`,
      SMTP_URL: `smtp://cinema:hunter22@${NOWHERE}`,
    });
    expect(away.code).toBe(1);
    for (const { status, mend } of away.findings) if (status === 'fault') expect(mend).toMatch(/\w{4}/);
    expect(JSON.stringify(away.findings)).not.toContain('hunter22');
  }, 60_000);

  it('a wrong password, a wrong key and a missing migration are told apart', async () => {
    const wrong = new URL(system.env['AMQP_URL']!);
    wrong.password = 'not-the-password';
    await system.sql(`UPDATE public.migrations SET name = name || '-unknown' WHERE id = (SELECT max(id) FROM public.migrations)`);
    const { code, findings } = await untilFaulty(['broker', 'migrations', 'stripe'], {
      AMQP_URL: wrong.href,
      STRIPE_SECRET_KEY: 'sk_test_of_another_account_1',
    });
    await system.sql(`UPDATE public.migrations SET name = replace(name, '-unknown', '')`);
    expect(code).toBe(1);
    const texts = findings.filter(({ status }) => status === 'fault').map(({ part, text }) => `${part}: ${text}`);
    expect(texts).toEqual([
      expect.stringMatching(/^migrations: 1 of \d+ are missing/),
      expect.stringMatching(/^broker: .*ACCESS.REFUSED/),
      expect.stringMatching(/^stripe: The key is refused/),
    ]);
  }, 60_000);

  it('a database that is read-only is a fault', async () => {
    const url = new URL(system.env['DATABASE_URL']!);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const { findings } = await findingsWith({ DATABASE_URL: url.href });
    expect(findings).toContainEqual(expect.objectContaining({ part: 'database', status: 'fault', text: 'It is read-only.' }));
  }, 60_000);

  it('queues that are missing are a fault of the topology', async () => {
    const { url } = await freshVhost();
    expect((await findingsWith({ AMQP_URL: url })).faulty).toContain('topology');
  }, 60_000);

  it('the event log is there, missing, of other limits, or no stream', async () => {
    const eventLog = async (env: Record<string, string> = {}) =>
      (await findingsWith(env)).findings.filter(({ part }) => part === 'event log');
    const well = await until(async () => (await eventLog()).find(({ status }) => status === 'ok'), { what: 'the stream' });
    expect(well.text).toMatch(/^The stream cinema\.events\.log keeps \d+ events: 7 days, 1000 MB at most on each node\.$/);
    expect(await eventLog({ EVENT_LOG_KEPT_DAYS: '0' })).toEqual([]);
    expect(await eventLog({ EVENT_LOG_KEPT_DAYS: '8' })).toMatchObject([
      {
        status: 'warning',
        text: expect.stringMatching(/is not as the settings want it: .*x-max-age/),
        mend: expect.stringContaining('EVENT_LOG_KEPT_DAYS'),
      },
    ]);

    const { url } = await freshVhost();
    expect(await eventLog({ AMQP_URL: url })).toMatchObject([{ status: 'warning', text: expect.stringContaining('is missing') }]);
    const connection = await amqp.connect(url);
    await (await connection.createChannel()).assertQueue(EVENT_LOG, { durable: true });
    await connection.close();
    expect(await eventLog({ AMQP_URL: url })).toMatchObject([
      { status: 'warning', text: expect.stringContaining('is not as the settings want it') },
    ]);
  }, 60_000);

  it('wrong settings are named one by one, and nothing else is checked', async () => {
    const { code, findings } = await findingsWith({ LOG_LEVEL: 'loud', DATABASE_POOL: '1' });
    expect(code).toBe(1);
    expect(findings.map(({ part, status }) => `${part} ${status}`)).toEqual(Array(findings.length).fill('settings fault'));
    expect(findings.length).toBeGreaterThanOrEqual(2);
  });

  it('a time zone that PostgreSQL does not know is a fault, which the API mends', async () => {
    const { theatreId } = await system.createShowtime();
    const token = await system.adminToken();
    await system.sql(`UPDATE rooms.theatres SET time_zone = 'US/Pacific-New' WHERE id = $1`, [theatreId]);
    const { findings } = await findingsWith();
    const found = findings.find(({ text }) => text.includes('US/Pacific-New'))!;
    expect(found).toMatchObject({
      part: 'database',
      status: 'fault',
      mend: expect.stringContaining(`PATCH /api/v1/theatres/${theatreId}`),
    });
    const [body] = /\{.*\}/.exec(found.mend!)!;
    await system.expectOk('PATCH', `/theatres/${theatreId}`, { token, body: JSON.parse(body) });
    expect(JSON.stringify((await findingsWith()).findings)).not.toContain('time zone');
  }, 60_000);

  it('a showtime whose local time is no longer as planned is named until it is moved', async () => {
    const { showtimeId } = await system.createShowtime();
    const token = await system.adminToken();
    const named = async () => (await findingsWith()).findings.filter(({ part }) => part === 'showtimes');
    expect(await named()).toEqual([]);
    // As when it was planned under other rules, by which its start is an hour later.
    await system.sql(
      `UPDATE showtimes.showtimes SET starts_at_local = to_char(starts_at_local::timestamp + interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS')
       WHERE id = $1`,
      [showtimeId],
    );
    const { startsAtLocal: startsAt } = await system.expectOk('GET', `/showtimes/${showtimeId}`);
    expect(await named()).toMatchObject([
      { status: 'warning', text: expect.stringContaining(`${showtimeId} (planned for ${startsAt as string}, now `) },
    ]);
    await system.expectOk('PATCH', `/showtimes/${showtimeId}`, { token, body: { startsAt } });
    expect(await named()).toEqual([]);
  }, 60_000);

  it('doctor prints a line for each finding, and a sentence at the end', async () => {
    const { stdout, stderr } = await cliOf(system, ['doctor'], { SMTP_URL: `smtp://${NOWHERE}` });
    expect(stdout).toMatch(/^fault {4}mail {9}The mail server does not take us: .*\n +→ Compare SMTP_URL/m);
    expect(stderr).toMatch(/^1 of \d+ findings are faults\.$/);
  });

  it('a key in use that expires soon is a warning, with how to change over', async () => {
    const token = await system.adminToken();
    const body = { client: 'Ticket wall', scopes: ['events:read'], expiresAt: new Date(Date.now() + 86_400_000).toISOString() };
    const { id, prefix } = await system.expectOk('POST', '/admin/api-keys', { token, body });
    const warnings = async () => (await findingsWith()).findings.filter(({ part }) => part === 'api-keys');
    expect(await warnings()).toEqual([]);
    await system.sql('UPDATE auth.api_keys SET last_used_at = now() WHERE id = $1', [id]);
    expect(await warnings()).toEqual([
      { part: 'api-keys', status: 'warning', text: expect.stringContaining(prefix as string), mend: expect.stringContaining('revoke') },
    ]);
    await system.expectOk('DELETE', `/admin/api-keys/${id}`, { token });
    expect(await warnings()).toEqual([]);
  }, 60_000);
});
