import amqp from 'amqplib';
import { DEAD_LETTERS, EXCHANGE, UNROUTED } from '@app/platform/messaging/broker.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { MAIL, OTHER, SEATS, describeBroker } from './broker.contract.js';

const retries = [retryQueue(50), retryQueue(150)];

describeBroker('RabbitMQ', async () => {
  const { url } = await freshVhost({
    exchanges: [EXCHANGE, UNROUTED, DEAD_LETTERS, ...retries],
    queues: [SEATS, MAIL, OTHER, UNROUTED, DEAD_LETTERS, ...retries],
  });
  return {
    open: ({ prefetch, retryDelaysMs }, bury) => {
      const broker = new RabbitBroker({ url, prefetch, retryDelaysMs }, bury);
      const die = (): Promise<void> => {
        broker.abandon();
        return Promise.resolve();
      };
      return { broker, die };
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
