/** Whether RabbitMQ takes us, and has the exchanges and queues of this version. It changes nothing there. */
import type { ChannelModel } from 'amqplib';
import type { Settings } from '../../config/settings.js';
import { BrokerLoginRefused, DEAD_LETTERS_QUEUE, EXCHANGE, UNROUTED } from '../../messaging/broker.js';
import { connectToNode, within } from '../../messaging/rabbit-connection.js';
import { retryQueue } from '../../messaging/rabbit-topology.js';
import { eventLogFindings } from './event-log-findings.js';
import { type Finding, fault, ok, reasonOf, warning } from './finding.js';
import { memberFindings } from './queue-members.js';

const PART = 'broker';
const START_A_WORKER =
  'Start a worker: it declares what is missing. If it does not, its log has the alert broker-topology-mismatch with the reason.';

/** `queues` are those of the reactions. */
export async function brokerFindings({ broker }: Settings, queues: readonly string[]): Promise<Finding[]> {
  const { amqpUrls } = broker;
  if (amqpUrls.length === 0) return [ok(PART, 'It is kept in PostgreSQL (AMQP_URL is not set).')];
  const nodes = await Promise.all(amqpUrls.map(reach));
  const used = nodes.find((node) => 'model' in node);
  const away = nodes.filter((node) => 'finding' in node).map(({ finding }) => finding);
  if (used === undefined) return away;
  const { model, host } = used;
  try {
    return [...(await findingsOf(model, host, broker, queues)), ...away.map(({ text, mend }) => warning(PART, text, mend!))];
  } finally {
    await Promise.all(nodes.map(async (node) => 'model' in node && within(node.model.close(), 'close').catch(() => undefined)));
  }
}

/** Returns the connection, or what to say where there is none. */
async function reach(url: string): Promise<{ model: ChannelModel; host: string } | { finding: Finding }> {
  const { host } = new URL(url);
  try {
    return { model: await connectToNode(url, 'movie-reservation doctor'), host };
  } catch (error) {
    const reason = reasonOf(error instanceof BrokerLoginRefused ? error.cause : error);
    const mend = 'Start RabbitMQ, and compare AMQP_URL or AMQP_URLS with its address, user, password and virtual host.';
    return { finding: fault(PART, `${host} cannot be reached: ${reason}`, mend) };
  }
}

async function findingsOf(model: ChannelModel, host: string, broker: Settings['broker'], queues: readonly string[]): Promise<Finding[]> {
  const { version } = (model.connection as unknown as { serverProperties: { version?: string } }).serverProperties;
  const all = [...queues, UNROUTED, DEAD_LETTERS_QUEUE, ...broker.retryDelaysMs.map(retryQueue)];
  const found = new Map<string, { messageCount: number; consumerCount: number } | null>();
  for (const queue of all) found.set(queue, await queueOf(model, queue));
  const missing = all.filter((queue) => found.get(queue) === null);
  const idle = queues.filter((queue) => found.get(queue)?.consumerCount === 0);
  const unrouted = found.get(UNROUTED)?.messageCount ?? 0;
  return [
    ok(PART, `RabbitMQ ${version ?? ''} at ${host} takes our login.`),
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
    ...(broker.eventLog === null ? [] : [await eventLogFindings(model, broker.eventLog)]),
    ...(await memberFindings(broker, [...queues, DEAD_LETTERS_QUEUE])),
  ];
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
