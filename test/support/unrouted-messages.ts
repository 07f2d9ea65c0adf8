import { connect } from 'amqplib';
import { UNROUTED } from '@app/platform/messaging/broker.js';

const NOT_FOUND = 404;

/** Returns how many messages found no queue: none where no process has declared the queue for them. Throws where RabbitMQ does not answer. */
export async function unroutedMessages(amqpUrl: string): Promise<number> {
  const connection = await connect(amqpUrl);
  // The call that failed says why.
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return (await channel.checkQueue(UNROUTED)).messageCount;
  } catch (error) {
    if ((error as { code?: number }).code === NOT_FOUND) return 0;
    throw error;
  } finally {
    await connection.close();
  }
}
