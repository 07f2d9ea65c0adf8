/** Exchanges and queues on RabbitMQ 3.10 to 4.x: one topic exchange for everybody and one behind it for the reactions, one quorum queue a reaction, shared retry queues, one queue of dead letters. */
import type { Channel } from 'amqplib';
import {
  type Binding,
  DEAD_LETTERS,
  DEAD_LETTERS_QUEUE,
  DELIVERY_LIMIT,
  EXCHANGE,
  REACTIONS_EXCHANGE,
  UNSUBSCRIBED,
  UNROUTED,
} from './broker.js';

/** The delay is part of the name, because the TTL of a queue cannot be changed. */
export function retryQueue(delayMs: number): string {
  return `cinema.retry.${delayMs}ms`;
}

const QUORUM = { 'x-queue-type': 'quorum' } as const;
/** Dead-lettering that waits for the confirm of the target. RabbitMQ requires reject-publish beside it. */
const AT_LEAST_ONCE = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' } as const;
/**
 * As good as none, on every version. Without a limit of ours RabbitMQ 4 sets 20. With -1, which means none there, RabbitMQ 3.10 drops a message the first
 * time it returns.
 */
const NO_DELIVERY_LIMIT = { 'x-delivery-limit': 2_147_483_647 } as const;
/** The queue of dead letters of earlier versions: classic, so the loss of its node took it away. It has the name of the exchange. */
export const OLD_DEAD_LETTERS_QUEUE = DEAD_LETTERS;
/** The name of `UNSUBSCRIBED` in earlier versions. */
const OLD_UNSUBSCRIBED = 'cinema.unheard';

/** Harmless when repeated. RabbitMQ closes the channel with 406 when a queue exists with other arguments. */
export async function declareTopology(
  channel: Channel,
  {
    bindings,
    unsubscribed,
    retryDelaysMs,
  }: { bindings: readonly Binding[]; unsubscribed: readonly string[]; retryDelaysMs: readonly number[] },
): Promise<void> {
  await channel.assertExchange(UNROUTED, 'fanout', { durable: true });
  await channel.assertQueue(UNROUTED, { durable: true, arguments: { ...QUORUM } });
  await channel.bindQueue(UNROUTED, UNROUTED, '');

  await channel.assertExchange(EXCHANGE, 'topic', { durable: true, alternateExchange: UNROUTED });
  await channel.assertExchange(REACTIONS_EXCHANGE, 'topic', { durable: true, alternateExchange: UNROUTED });

  // An exchange without a queue: a message that is bound to it counts as routed and is kept nowhere.
  await channel.assertExchange(UNSUBSCRIBED, 'fanout', { durable: true });
  for (const type of unsubscribed) {
    await channel.bindExchange(UNSUBSCRIBED, EXCHANGE, type);
    await channel.bindExchange(UNSUBSCRIBED, REACTIONS_EXCHANGE, type);
  }
  // Only once the new exchange has its bindings: an event in between would count as unrouted. Harmless where there is no such exchange.
  if (unsubscribed.length > 0) await channel.deleteExchange(OLD_UNSUBSCRIBED);

  await channel.assertExchange(DEAD_LETTERS, 'fanout', { durable: true });
  await channel.assertQueue(DEAD_LETTERS_QUEUE, { durable: true, arguments: { ...QUORUM, ...NO_DELIVERY_LIMIT } });
  await channel.bindQueue(DEAD_LETTERS_QUEUE, DEAD_LETTERS, '');

  for (const delayMs of retryDelaysMs) {
    const name = retryQueue(delayMs);
    await channel.assertExchange(name, 'fanout', { durable: true });
    // The default exchange and the kept routing key return a message to the queue that it names.
    await channel.assertQueue(name, {
      durable: true,
      arguments: { ...QUORUM, ...AT_LEAST_ONCE, 'x-message-ttl': delayMs, 'x-dead-letter-exchange': '' },
    });
    await channel.bindQueue(name, name, '');
  }

  for (const { queue, type } of bindings) {
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { ...QUORUM, ...AT_LEAST_ONCE, 'x-delivery-limit': DELIVERY_LIMIT, 'x-dead-letter-exchange': DEAD_LETTERS },
    });
    // A queue that is bound in both places gets one message. The first binding is that of earlier versions, which may run beside this one.
    await channel.bindQueue(queue, EXCHANGE, type);
    await channel.bindQueue(queue, REACTIONS_EXCHANGE, type);
  }
  // Only once every type has its binding there: an event in between would count as unrouted. A caller that names no such types has not declared all of them.
  if (unsubscribed.length > 0) await channel.bindExchange(REACTIONS_EXCHANGE, EXCHANGE, '#');
}
