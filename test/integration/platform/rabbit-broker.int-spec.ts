import amqp from 'amqplib';
import { newId } from '@app/kernel/id.js';
import {
  DEAD_LETTERS,
  DEAD_LETTERS_QUEUE,
  EVENT_LOG,
  EXCHANGE,
  REACTIONS_EXCHANGE,
  UNROUTED,
  UNSUBSCRIBED,
} from '@app/platform/messaging/broker.js';
import { envelopeOf } from '@app/platform/messaging/envelope.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { startFreezableProxy } from '../../support/freezable-proxy.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';
import { MAIL, OTHER, SEATS, describeBroker } from './broker.contract.js';

const anEvent = (type: string) =>
  envelopeOf({ id: newId(), type, subject: newId(), sequence: 1, time: new Date(), correlationId: null, data: {} });
const retries = [retryQueue(50), retryQueue(150)];

describeBroker('RabbitMQ', async () => {
  const { url } = await freshVhost({
    exchanges: [EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, DEAD_LETTERS, ...retries],
    queues: [SEATS, MAIL, OTHER, UNROUTED, DEAD_LETTERS, DEAD_LETTERS_QUEUE, ...retries],
  });
  return {
    open: ({ prefetch, retryDelaysMs }, storeDeadLetter) => {
      const broker = new RabbitBroker({ urls: [url], prefetch, retryDelaysMs }, storeDeadLetter);
      const crash = (): Promise<void> => {
        broker.abandon();
        return Promise.resolve();
      };
      return { broker, crash };
    },
    unrouted: async () => {
      const connection = await amqp.connect(url);
      const channel = await connection.createChannel();
      const { messageCount } = await channel.checkQueue(UNROUTED);
      await connection.close();
      return messageCount;
    },
    close: () => Promise.resolve(),
  };
});

describe('The exchange of earlier versions for events without a subscription', () => {
  it('an exchange of earlier versions is deleted once the new one has its bindings', async () => {
    const old = 'cinema.unheard';
    const { url } = await freshVhost({
      exchanges: [EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, UNSUBSCRIBED, DEAD_LETTERS, old],
      queues: [UNROUTED, DEAD_LETTERS_QUEUE],
    });
    const connection = await amqp.connect(url);
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.assertExchange(old, 'fanout', { durable: true });
    const broker = new RabbitBroker({ urls: [url], prefetch: 1, retryDelaysMs: [] }, () => Promise.resolve());
    await broker.declare([], ['test.unbound.v1']);
    await broker.declare([], ['test.unbound.v1']);
    await channel.checkExchange(UNSUBSCRIBED);
    await expect(channel.checkExchange(old)).rejects.toThrow(/NOT_FOUND/);
    await broker.close();
    await connection.close();
  });
});

describe('A broker that lost its data while nothing was published', () => {
  it('events find every queue and the log, also after consumers declared their part', async () => {
    const [bound, unbound] = ['test.bound.v1', 'test.unbound.v1'];
    const rabbitmq = await freshVhost({
      exchanges: [EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, UNSUBSCRIBED, DEAD_LETTERS],
      queues: [SEATS, UNROUTED, DEAD_LETTERS_QUEUE, EVENT_LOG],
    });
    const open = (): RabbitBroker => {
      const eventLog = { keptDays: 1, maxBytes: 10_000_000 };
      return new RabbitBroker({ urls: [rabbitmq.url], prefetch: 1, retryDelaysMs: [], eventLog }, () => Promise.resolve());
    };
    const [leader, consumer] = [open(), open()];
    const bindings = [{ queue: SEATS, type: bound }];
    await leader.declare(bindings, [unbound]);
    const vhost = decodeURIComponent(new URL(rabbitmq.url).pathname.slice(1));
    await rabbitmq.control('close_all_connections', '--vhost', vhost, 'lost');
    const connection = await amqp.connect(rabbitmq.url);
    const channel = await connection.createChannel();
    for (const exchange of [EXCHANGE, REACTIONS_EXCHANGE, UNSUBSCRIBED]) await channel.deleteExchange(exchange);
    for (const queue of [SEATS, EVENT_LOG]) await channel.deleteQueue(queue);
    await consumer.declare(bindings);

    const { confirmed } = await leader.publish([anEvent(bound), anEvent(unbound)]);
    expect(confirmed.size).toBe(2);
    const count = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
    await until(async () => (await count(SEATS)) === 1, { what: 'the message of the reaction' });
    expect(await count(UNROUTED)).toBe(0);
    await until(async () => (await count(EVENT_LOG)) === 2, { what: 'both events in the log' });
    await connection.close();
    for (const broker of [leader, consumer]) await broker.close();
  }, 60_000);
});

describe('A RabbitMQ that falls silent on a connection that is open', () => {
  const TYPE = 'test.bound.v1';
  const bindings = [{ queue: SEATS, type: TYPE }];

  /** `send` on a connection that is frozen, and then again: new connections work. */
  async function sendAfterSilence(send: (broker: RabbitBroker) => Promise<unknown>): Promise<void> {
    const { url } = await freshVhost({
      exchanges: [EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, DEAD_LETTERS],
      queues: [SEATS, UNROUTED, DEAD_LETTERS_QUEUE],
    });
    const proxied = new URL(url);
    const proxy = await startFreezableProxy({ host: proxied.hostname, port: Number(proxied.port) });
    proxied.host = `127.0.0.1:${proxy.port}`;
    // Without heartbeats amqplib never notices by itself.
    proxied.searchParams.set('heartbeat', '0');
    const broker = new RabbitBroker({ urls: [proxied.href], prefetch: 1, retryDelaysMs: [] }, () => Promise.resolve());
    try {
      await broker.declare(bindings);
      await broker.publish([anEvent(TYPE)]);
      proxy.freeze();
      await expect(send(broker)).rejects.toThrow(/within 5000 ms/);
      await send(broker);
    } finally {
      broker.abandon();
      await proxy.close();
    }
  }

  it('after a confirm that did not come, events go through a new connection', async () => {
    await sendAfterSilence((broker) => broker.publish([anEvent(TYPE)]));
  });

  it('after a channel that did not open, messages go through a new connection', async () => {
    await sendAfterSilence((broker) => broker.redeliver(SEATS, newId(), '{}'));
  });

  it('after a channel that did not open, bindings go through a new connection', async () => {
    await sendAfterSilence((broker) => broker.declare(bindings));
  });
});
