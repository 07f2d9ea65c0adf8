import amqp from 'amqplib';
import { DEAD_LETTERS, EXCHANGE, UNROUTED, UNSUBSCRIBED } from '@app/platform/messaging/broker.js';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { Scrape } from '../../support/metrics.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('A subscriber that declared our exchange first, with another type', () => {
  let system: InProcessSystem;
  let url: string;
  let raisedBefore: number;

  beforeAll(async () => {
    raisedBefore = await alerts();
    ({ url } = await freshVhost({ exchanges: [EXCHANGE, UNROUTED, UNSUBSCRIBED, DEAD_LETTERS], queues: [] }));
    await onChannel((channel) => channel.assertExchange(EXCHANGE, 'direct', { durable: true }));
    system = await startInProcessSystem({ env: { AMQP_URL: url } });
  }, 60_000);
  afterAll(() => system.close());

  async function onChannel(use: (channel: amqp.Channel) => Promise<unknown>): Promise<void> {
    const connection = await amqp.connect(url);
    await use(await connection.createChannel());
    await connection.close();
  }

  const readyz = async (): Promise<{ statusCode: number; body: string }> => {
    const { statusCode, body } = await system.worker!.inject({ method: 'GET', url: '/readyz' });
    return { statusCode, body };
  };
  const alerts = async (): Promise<number> =>
    Scrape.of(await METRICS.metrics()).sum('cinema_alerts_total', { code: 'broker-topology-mismatch' });
  const unpublished = async (): Promise<number> => (await system.sql('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL')).length;

  it('the worker is not ready, says why, alerts once, and heals once that is mended', async () => {
    const answer = await until(async () => ((await readyz()).statusCode === 503 ? readyz() : false), { what: 'the worker to notice' });
    expect(answer.body).toContain('topology differs');
    // Which declares nothing, and serves requests: their events wait in the outbox.
    expect(await system.get('//readyz')).toMatchObject({ status: 200, body: { checks: { broker: expect.stringMatching(/^up/) } } });
    await system.createShowtime();
    expect(await unpublished()).toBeGreaterThan(0);
    expect((await alerts()) - raisedBefore).toBe(1);
    await onChannel((channel) => channel.deleteExchange(EXCHANGE));
    await until(async () => (await readyz()).statusCode === 200, { what: 'the worker to be ready' });
    await until(async () => (await unpublished()) === 0, { what: 'the events to be published' });
  }, 90_000);
});
