import amqp from 'amqplib';
import type { Gauge } from 'prom-client';
import { EXCHANGE, UNROUTED } from '@app/platform/messaging/broker.js';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { Scrape } from '../../support/metrics.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';
const QUICK = { TICK_CHECK_FAULTS_MS: '100', ALERT_SERVER_AWAY_MS: '500', ALERT_OUTBOX_LATE_MS: '500' };

const raised = async (code: string): Promise<number> => Scrape.of(await METRICS.metrics()).sum('cinema_alerts_total', { code });
/** The counters are those of this process, where other tests raised alerts before. */
const untilRaised = (code: string, { before }: { before: number }): Promise<unknown> =>
  until(async () => (await raised(code)) > before, { what: `the alert ${code}` });

async function readiness(system: InProcessSystem): Promise<{ statusCode: number; body: unknown }> {
  const { statusCode, body } = await system.worker!.inject({ method: 'GET', url: '/readyz' });
  return { statusCode, body: JSON.parse(body) };
}

/** The result of a check is repeated for a second. */
const untilChecks = (check: () => Promise<unknown>, expected: object): Promise<unknown> =>
  until(async () => (expect(await check()).toMatchObject(expected), true), { what: `the readiness ${JSON.stringify(expected)}` });

describe('Faults that no request reports', () => {
  let system: InProcessSystem;
  afterEach(() => system.close());

  it('a broker that refuses us makes the worker not ready, and raises alerts', async () => {
    const { url } = await freshVhost();
    const wrong = new URL(url);
    wrong.password = 'not-the-password';
    const [away, late] = [await raised('broker-away'), await raised('outbox-late')];
    system = await startInProcessSystem({ env: { AMQP_URL: wrong.href, ...QUICK } });
    // It is known after the first attempt.
    await untilChecks(() => readiness(system), { statusCode: 503, body: { checks: { broker: 'login refused', database: 'up' } } });
    await untilChecks(() => system.get('//readyz'), { status: 200, body: { checks: { broker: 'login refused' } } });
    await system.createShowtime();
    await untilRaised('broker-away', { before: away });
    await untilRaised('outbox-late', { before: late });
  }, 90_000);

  it('a database that is read-only raises an alert', async () => {
    const before = await raised('database-refuses-writes');
    system = await startInProcessSystem({ worker: false, env: QUICK });
    await system.sql(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`);
    await system.sql(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await untilRaised('database-refuses-writes', { before });
    await untilChecks(() => system.get('//readyz'), { status: 200 });
  }, 60_000);

  it('a database whose disk is full raises an alert with the first refusal', async () => {
    const before = await raised('database-refuses-writes');
    system = await startInProcessSystem({ worker: false, env: { ...QUICK, ALERT_SERVER_AWAY_MS: '600000' } });
    await system.sql(`CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE 'could not extend file "base/1/2"' USING ERRCODE = 'disk_full'; END $$`);
    await system.sql('CREATE TRIGGER refuse BEFORE INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.refuse()');
    const body = { email: 'full@cinema.test', password: 'correct-horse-battery', fullName: 'Full Disk' };
    expect(await system.call('POST', '/auth/register', { body })).toMatchObject({ status: 503 });
    await untilRaised('database-refuses-writes', { before });
  }, 60_000);

  it('the clock of a process is compared with that of the database', async () => {
    const before = await raised('clock-differs');
    (METRICS.getSingleMetric('cinema_clock_skew_seconds') as Gauge).set(99);
    const skew = async (): Promise<number> => Scrape.of(await METRICS.metrics()).sum('cinema_clock_skew_seconds');
    system = await startInProcessSystem({ env: QUICK });
    await until(async () => (await skew()) !== 99, { what: 'the difference of the clocks' });
    expect(Math.abs(await skew())).toBeLessThan(2);
    expect(await raised('clock-differs')).toBe(before);
  }, 60_000);

  it('a worker without its broker is not ready', async () => {
    system = await startInProcessSystem({ env: { AMQP_URL: 'amqp://127.0.0.1:1' } });
    expect((await readiness(system)).statusCode).toBe(503);
  }, 60_000);

  it('a message that finds no queue raises an alert, and is counted', async () => {
    const { url } = await freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URL: url, ...QUICK } });
    await until(async () => (await readiness(system)).statusCode === 200, { what: 'the worker to be ready' });
    await until(async () => (await system.sql('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL')).length === 0, {
      what: 'a topology',
    });
    const before = await raised('messages-unrouted');
    const connection = await amqp.connect(url);
    const channel = await connection.createConfirmChannel();
    expect((await channel.checkQueue(UNROUTED)).messageCount).toBe(0);
    channel.publish(EXCHANGE, 'cinema.unknown.v1', Buffer.from('{}'));
    await channel.waitForConfirms();
    await untilRaised('messages-unrouted', { before });
    await connection.close();
    expect(Scrape.of(await METRICS.metrics()).sum('cinema_unrouted_messages')).toBeGreaterThan(0);
  }, 90_000);
});
