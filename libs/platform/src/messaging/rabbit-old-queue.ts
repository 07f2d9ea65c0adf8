/** Removes a queue that an earlier version declared. */
import type { Channel } from 'amqplib';
import { within } from './rabbit-connection.js';
import type { ConsumeFromQueue } from './rabbit-consumers.js';

/**
 * Consumes what is left in `queue` and deletes it. Returns without an error where it does not exist, its node is down or another process uses it:
 * the next start tries again. Throws what `consume` throws.
 */
export async function removeOldQueue(
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

async function succeeds(request: Promise<unknown>): Promise<boolean> {
  return within(request, 'answer').then(
    () => true,
    () => false,
  );
}
