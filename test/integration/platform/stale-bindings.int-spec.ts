import amqp from 'amqplib';
import { DEAD_LETTERS, EXCHANGE, UNROUTED, UNSUBSCRIBED } from '@app/platform/messaging/broker.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';
const TYPE = 'movies.movie-retired.v1';
/** Queues of reactions that the code no longer has: hours since a worker last declared them. */
const QUEUES = { 'test.removed-reaction': 25, 'test.reaction-of-another-version': 23, 'test.removed-reaction-with-work': 25 } as const;
const KEPT = ['test.reaction-of-another-version', 'test.removed-reaction-with-work'];

describe.each(['RabbitMQ', 'PostgreSQL'] as const)('Bindings of reactions that are gone, on %s', (broker) => {
  let system: InProcessSystem;
  let url = '';

  beforeAll(async () => {
    const rabbitmq =
      broker === 'RabbitMQ' && (await freshVhost({ exchanges: [EXCHANGE, UNROUTED, UNSUBSCRIBED, DEAD_LETTERS], queues: [] }));
    if (rabbitmq) url = rabbitmq.url;
    const env = { TICK_HOUSEKEEPING_MS: '200', ...(rabbitmq ? { AMQP_URL: url } : {}) };
    system = await startInProcessSystem({ env, worker: false });
  }, 60_000);
  afterAll(() => system?.close());

  async function onChannel<T>(use: (channel: amqp.Channel) => Promise<T>): Promise<T> {
    const connection = await amqp.connect(url);
    try {
      return await use(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }

  const queueExists = (queue: string): Promise<boolean> =>
    onChannel(async (channel) => {
      channel.on('error', () => undefined);
      return channel.checkQueue(queue).then(
        () => true,
        () => false,
      );
    });

  async function leaveBehind(): Promise<void> {
    for (const [queue, hours] of Object.entries(QUEUES)) {
      await system.sql(`INSERT INTO messaging.bindings (queue, type, declared_at) VALUES ($1, $2, now() - $3 * interval '1 hour')`, [
        queue,
        TYPE,
        hours,
      ]);
    }
    const withWork = 'test.removed-reaction-with-work';
    if (broker === 'PostgreSQL') {
      await system.sql(`INSERT INTO messaging.deliveries (queue, message_id, body) VALUES ($1, gen_random_uuid(), '{}')`, [withWork]);
      return;
    }
    await onChannel(async (channel) => {
      await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
      for (const queue of Object.keys(QUEUES)) {
        await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
        await channel.bindQueue(queue, EXCHANGE, TYPE);
      }
    });
    const connection = await amqp.connect(url);
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue(withWork, Buffer.from('{}'), { persistent: true });
    await channel.waitForConfirms();
    await connection.close();
  }

  it('stale bindings end after a day, unless declared lately or with messages left', async () => {
    await leaveBehind();
    await system.startWorker();
    const bindings = async (): Promise<string[]> =>
      (await system.sql<{ queue: string }>(`SELECT queue FROM messaging.bindings WHERE queue LIKE 'test.%' ORDER BY queue`)).map(
        ({ queue }) => queue,
      );
    await until(async () => (await bindings()).length === 2, { what: 'the stale binding to be ended' });
    expect(await bindings()).toEqual(KEPT);
    const [own] = await system.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM messaging.bindings WHERE queue LIKE 'reservations.%' AND declared_at > now() - interval '1 minute'`,
    );
    expect(own!.n).toBeGreaterThan(0);
    if (broker === 'PostgreSQL') return;
    expect(await queueExists('test.removed-reaction')).toBe(false);
    for (const queue of KEPT) expect([queue, await queueExists(queue)]).toEqual([queue, true]);
  }, 60_000);
});
