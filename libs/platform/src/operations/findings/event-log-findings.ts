/** Whether RabbitMQ has the stream of events as the settings want it. It changes nothing there. */
import type { ChannelModel } from 'amqplib';
import type { EventLogLimits } from '../../config/settings.js';
import { EVENT_LOG } from '../../messaging/broker.js';
import { within } from '../../messaging/rabbit-connection.js';
import { eventLogOptions } from '../../messaging/rabbit-event-log.js';
import { type Finding, ok, reasonOf, warning } from './finding.js';

const PART = 'event log';

/** A warning at most: the cinema needs no log, only its subscribers do. */
export async function eventLogFindings(model: ChannelModel, limits: EventLogLimits): Promise<Finding> {
  const found = await onChannel(model, (channel) => channel.checkQueue(EVENT_LOG));
  if ('error' in found)
    return warning(
      PART,
      `The stream ${EVENT_LOG} is missing: ${reasonOf(found.error)}`,
      'Start a worker: it declares the stream, and its log says why it cannot. EVENT_LOG_KEPT_DAYS=0 does without.',
    );
  // Of a queue that is there a declaration compares type and limits, and changes nothing.
  const declared = await onChannel(model, (channel) => channel.assertQueue(EVENT_LOG, eventLogOptions(limits)));
  if ('error' in declared)
    return warning(
      PART,
      `${EVENT_LOG} is not as the settings want it: ${reasonOf(declared.error)}`,
      `Set EVENT_LOG_KEPT_DAYS and EVENT_LOG_MAX_MEGABYTES to what it has, or delete it (rabbitmqctl delete_queue ${EVENT_LOG}): a worker that starts declares it anew, empty.`,
    );
  const megabytes = limits.maxBytes / 1_000_000;
  return ok(
    PART,
    `The stream ${EVENT_LOG} keeps ${found.answer.messageCount} events: ${limits.keptDays} days, ${megabytes} MB at most on each node.`,
  );
}

/** A check that fails closes its channel, so each has one of its own. */
async function onChannel<T>(
  model: ChannelModel,
  act: (channel: Awaited<ReturnType<ChannelModel['createChannel']>>) => Promise<T>,
): Promise<{ answer: T } | { error: unknown }> {
  const channel = await within(model.createChannel(), 'open a channel');
  channel.on('error', () => undefined);
  try {
    const answer = await within(act(channel), 'describe the event log');
    await channel.close();
    return { answer };
  } catch (error) {
    return { error };
  }
}
