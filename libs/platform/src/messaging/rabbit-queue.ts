/** Ends what a queue of RabbitMQ is bound to. */
import type { Channel } from 'amqplib';
import { within } from './rabbit-connection.js';

/** Ends its bindings with this key, and deletes the queue if it is empty and nobody consumes it. Returns whether the queue is gone. */
export async function unbindQueue(
  channel: Channel,
  { queue, exchanges, routingKey }: { queue: string; exchanges: readonly string[]; routingKey: string },
): Promise<boolean> {
  try {
    await within(channel.checkQueue(queue), 'find a queue');
    for (const exchange of exchanges) await within(channel.unbindQueue(queue, exchange, routingKey), 'end a binding');
    const { messageCount, consumerCount } = await within(channel.checkQueue(queue), 'find a queue');
    if (messageCount > 0 || consumerCount > 0) return false;
    // Quorum queues do not know `ifEmpty`; nothing is bound to it any more.
    await within(channel.deleteQueue(queue), 'delete a queue');
    return true;
  } catch (error) {
    // 404: there is no such queue.
    if ((error as { code?: unknown }).code === 404) return true;
    throw error;
  }
}
