/** Whether RabbitMQ takes us, and has the exchanges and queues of this version. It changes nothing there. */
import amqp, { type ChannelModel } from 'amqplib';
import type { Settings } from '../config/settings.js';
import { DEAD_LETTERS_QUEUE, EXCHANGE, UNROUTED } from '../messaging/broker.js';
import { within } from '../messaging/rabbit-connection.js';
import { retryQueue } from '../messaging/rabbit-topology.js';
import { type Finding, fault, ok, reasonOf, warning } from './finding.js';

const PART = 'broker';
const TIMEOUT_MS = 5_000;
const START_A_WORKER =
  'Start a worker: it declares what is missing. If it does not, its log has the alert broker-topology-mismatch with the reason.';

/** `queues` are those of the reactions. */
export async function brokerFindings({ broker }: Settings, queues: readonly string[]): Promise<Finding[]> {
  if (broker.amqpUrl === null) return [ok(PART, 'It is kept in PostgreSQL (AMQP_URL is not set).')];
  let model: ChannelModel;
  try {
    model = await amqp.connect(broker.amqpUrl, { timeout: TIMEOUT_MS });
  } catch (error) {
    return [
      fault(
        PART,
        `It cannot be reached: ${reasonOf(error)}`,
        'Start RabbitMQ, and compare AMQP_URL with its address, user, password and virtual host.',
      ),
    ];
  }
  model.on('error', () => undefined);
  try {
    const { version } = (model.connection as unknown as { serverProperties: { version?: string } }).serverProperties;
    const all = [...queues, UNROUTED, DEAD_LETTERS_QUEUE, ...broker.retryDelaysMs.map(retryQueue)];
    const found = new Map<string, { messageCount: number; consumerCount: number } | null>();
    for (const queue of all) found.set(queue, await queueOf(model, queue));
    const missing = all.filter((queue) => found.get(queue) === null);
    const idle = queues.filter((queue) => found.get(queue)?.consumerCount === 0);
    const unrouted = found.get(UNROUTED)?.messageCount ?? 0;
    return [
      ok(PART, `RabbitMQ ${version ?? ''} takes our login.`),
      ...((await exists(model, EXCHANGE)) ? [] : [fault('topology', `The exchange ${EXCHANGE} is missing.`, START_A_WORKER)]),
      missing.length === 0
        ? ok('topology', `All ${all.length} queues are there.`)
        : fault('topology', `${missing.length} of ${all.length} queues are missing, such as ${missing[0]}.`, START_A_WORKER),
      ...(idle.length === 0
        ? []
        : [
            warning(
              'reactions',
              `${idle.length} queues have no consumer, such as ${idle[0]}.`,
              'Start a worker, or look at the log of the one that runs.',
            ),
          ]),
      ...(unrouted === 0
        ? []
        : [
            warning(
              'unrouted',
              `${unrouted} messages found no queue.`,
              `Look at them in the queue ${UNROUTED} (docs/runbook.md, messages-unrouted).`,
            ),
          ]),
    ];
  } finally {
    await within(model.close(), 'close').catch(() => undefined);
  }
}

/** A check that fails closes its channel, so each has one of its own. */
async function queueOf(model: ChannelModel, queue: string): Promise<{ messageCount: number; consumerCount: number } | null> {
  const channel = await within(model.createChannel(), 'open a channel');
  channel.on('error', () => undefined);
  const answer = await within(channel.checkQueue(queue), 'find a queue').catch(() => null);
  if (answer !== null) await channel.close();
  return answer;
}

async function exists(model: ChannelModel, exchange: string): Promise<boolean> {
  const channel = await within(model.createChannel(), 'open a channel');
  channel.on('error', () => undefined);
  return within(channel.checkExchange(exchange), 'find an exchange').then(
    () => true,
    () => false,
  );
}
