/** Takes away queues that earlier versions declared. */
import type { Channel } from 'amqplib';
import { within } from './rabbit-connection.js';
import type { ConsumeFromQueue } from './rabbit-consumers.js';

/**
 * Consumes what is left in `queue` and deletes it. Returns without an error where it does not exist, its node is down or another process uses it:
 * the next start tries again. Throws what `consume` throws.
 */
export async function retireQueue(
  channel: Channel,
  { queue, exchange, consume }: { queue: string; exchange: string; consume: ConsumeFromQueue },
): Promise<void> {
  if (!(await succeeds(channel.checkQueue(queue)))) return;
  if (!(await succeeds(channel.unbindQueue(queue, exchange, '')))) return;
  for (;;) {
    const message = await within(channel.get(queue), 'get a message');
    if (message === false) break;
    await consume(channel, { ...message, fields: { ...message.fields, consumerTag: '' } });
  }
  await succeeds(channel.deleteQueue(queue, { ifEmpty: true, ifUnused: true }));
}

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

async function succeeds(request: Promise<unknown>): Promise<boolean> {
  return within(request, 'answer').then(
    () => true,
    () => false,
  );
}
