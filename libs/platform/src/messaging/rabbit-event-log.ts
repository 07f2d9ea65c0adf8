/** The log of events on RabbitMQ: a stream that keeps every event for some days, for subscribers that read it from an offset. */
import type { ChannelModel } from 'amqplib';
import type { EventLogLimits } from '../config/settings.js';
import { EVENT_LOG, EXCHANGE } from './broker.js';
import { closeIfOpen, closeModel, connectToNode, within } from './rabbit-connection.js';

/** RabbitMQ deletes whole segments only, and looks at their age when one is full: its own 500 MB would keep a small cinema's events for years. */
const SEGMENT_BYTES = 20_000_000;
/** The queue is there with other arguments. */
const PRECONDITION_FAILED = 406;

/** What the stream is declared with: another type or another limit is a mismatch. */
export function eventLogOptions({ keptDays, maxBytes }: EventLogLimits): {
  durable: boolean;
  arguments: Readonly<Record<string, string | number>>;
} {
  return {
    durable: true,
    arguments: {
      'x-queue-type': 'stream',
      'x-max-age': `${keptDays}D`,
      'x-max-length-bytes': maxBytes,
      'x-stream-max-segment-size-bytes': SEGMENT_BYTES,
    },
  };
}

/**
 * Declares the stream and binds it to everything. On a connection of its own: a server without streams closes the connection. Returns false where
 * it is there with other limits, which only its deletion or a policy changes. Throws where the server has no streams, forbids it, or is away.
 */
export async function declareEventLog(urls: readonly string[], limits: EventLogLimits): Promise<boolean> {
  const model = await firstOf(urls);
  try {
    const hasLimits = await onChannel(model, async (channel) => channel.assertQueue(EVENT_LOG, eventLogOptions(limits))).then(
      () => true,
      (error: unknown) => {
        if ((error as { code?: unknown }).code === PRECONDITION_FAILED) return false;
        throw error;
      },
    );
    await onChannel(model, async (channel) => channel.bindQueue(EVENT_LOG, EXCHANGE, '#'));
    return hasLimits;
  } finally {
    await closeModel(model);
  }
}

async function firstOf(urls: readonly string[]): Promise<ChannelModel> {
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      return await connectToNode(url, 'movie-reservation event log');
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

/** A refusal closes the channel, or the whole connection: amqplib may leave the request without an answer then. */
async function onChannel(
  model: ChannelModel,
  act: (channel: Awaited<ReturnType<ChannelModel['createChannel']>>) => Promise<unknown>,
): Promise<void> {
  const channel = await within(model.createChannel(), 'open a channel');
  channel.on('error', () => undefined);
  try {
    await within(act(channel), 'declare the event log');
  } finally {
    await closeIfOpen(channel);
  }
}
