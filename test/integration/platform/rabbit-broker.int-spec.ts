import amqp from 'amqplib';
import { DEAD_LETTERS, DEAD_LETTERS_QUEUE, EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, UNSUBSCRIBED } from '@app/platform/messaging/broker.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { MAIL, OTHER, SEATS, describeBroker } from './broker.contract.js';

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
