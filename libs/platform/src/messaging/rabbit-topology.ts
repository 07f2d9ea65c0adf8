/** Exchanges and queues on RabbitMQ 3.10 to 4.x: a topic exchange, one quorum queue a reaction, shared retry queues, one queue for dead letters. */
import type { Channel } from 'amqplib';
import { type Binding, DEAD_LETTERS, DELIVERY_LIMIT, EXCHANGE, UNSUBSCRIBED, UNROUTED } from './broker.js';

/** The delay is part of the name: a queue's TTL cannot be changed. */
export function retryQueue(delay: number): string {
  return `cinema.retry.${delay}ms`;
}

const QUORUM = { 'x-queue-type': 'quorum' } as const;
/** Dead-lettering that waits for the target's confirm; RabbitMQ asks for reject-publish beside it. */
const AT_LEAST_ONCE = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' } as const;

/** Harmless when repeated. A queue that stands with other arguments makes RabbitMQ close the channel with 406. */
export async function declareTopology(
  channel: Channel,
  bindings: readonly Binding[],
  unheard: readonly string[],
  retryDelaysMs: readonly number[],
): Promise<void> {
  await channel.assertExchange(UNROUTED, 'fanout', { durable: true });
  await channel.assertQueue(UNROUTED, { durable: true, arguments: { ...QUORUM } });
  await channel.bindQueue(UNROUTED, UNROUTED, '');

  await channel.assertExchange(EXCHANGE, 'topic', { durable: true, alternateExchange: UNROUTED });

  // An exchange without a queue: what is bound to it counts as routed, and is kept nowhere.
  await channel.assertExchange(UNSUBSCRIBED, 'fanout', { durable: true });
  for (const type of unheard) await channel.bindExchange(UNSUBSCRIBED, EXCHANGE, type);

  await channel.assertExchange(DEAD_LETTERS, 'fanout', { durable: true });
  // Classic: RabbitMQ 4 gives every quorum queue a delivery limit, and looking at a dead letter must never use one up.
  await channel.assertQueue(DEAD_LETTERS, { durable: true, arguments: { 'x-queue-type': 'classic' } });
  await channel.bindQueue(DEAD_LETTERS, DEAD_LETTERS, '');

  for (const delay of retryDelaysMs) {
    const name = retryQueue(delay);
    await channel.assertExchange(name, 'fanout', { durable: true });
    // The default exchange and the kept routing key bring a message back to the queue it names.
    await channel.assertQueue(name, {
      durable: true,
      arguments: { ...QUORUM, ...AT_LEAST_ONCE, 'x-message-ttl': delay, 'x-dead-letter-exchange': '' },
    });
    await channel.bindQueue(name, name, '');
  }

  for (const { queue, type } of bindings) {
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { ...QUORUM, ...AT_LEAST_ONCE, 'x-delivery-limit': DELIVERY_LIMIT, 'x-dead-letter-exchange': DEAD_LETTERS },
    });
    await channel.bindQueue(queue, EXCHANGE, type);
  }
}
