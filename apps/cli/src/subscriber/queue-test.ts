/** Tries a subscriber that reads a queue: it connects through this program, which sees whether it acknowledges every event. */
import type { Channel, ChannelModel } from 'amqplib';
import { newId } from '@app/kernel/id.js';
import { EXCHANGE, UNROUTED } from '@app/platform/messaging/broker.js';
import { CONTENT_TYPE } from '@app/platform/messaging/envelope.js';
import { closeIfOpen, connectToNode } from '@app/platform/messaging/rabbit-connection.js';
import { CommandFailed } from '../subcommand.js';
import { EVENT_CASES, type SentEvent, TOGETHER_COUNT, type Verdict, anew, exampleEvents, firstOf } from './sent-events.js';
import { SubscriberProxy } from './subscriber-proxy.js';

export interface QueueTest {
  /** Of RabbitMQ. */
  readonly url: string;
  readonly queue: string;
  /** Where the subscriber connects. */
  readonly port: number;
  /** How long the subscriber may take to start. */
  readonly startMs: number;
  /** How long it may take to acknowledge the events of a check. */
  readonly limitMs: number;
  readonly say: (line: string) => void;
  readonly add: (verdict: Verdict) => void;
}

const CASES: typeof EVENT_CASES = [
  ...EVENT_CASES,
  [`${TOGETHER_COUNT} events at the same time`, (first) => Array.from({ length: TOGETHER_COUNT }, () => anew(first))],
];

/** Throws `CommandFailed` when there is no RabbitMQ, or no subscriber. */
export async function testQueue(test: QueueTest): Promise<void> {
  const proxy = new SubscriberProxy(new URL(test.url));
  let model: ChannelModel | null = null;
  try {
    model = await connectToNode(test.url, 'movie-reservation subscriber-test').catch((error: Error) => {
      throw new CommandFailed(`RabbitMQ cannot be used: ${error.message}`);
    });
    await declareCinema(model);
    const own = Object.assign(new URL(test.url), { hostname: '127.0.0.1', username: 'USER', password: 'PASSWORD' });
    own.port = String(await proxy.listen(test.port));
    test.say(`Start your subscriber with AMQP_URL=${own.href}`);
    await proxy.until(() => proxy.consumerOf(test.queue) !== undefined, test.startMs);
    await sendEverything(test, proxy, model);
  } finally {
    await model?.close().catch(() => undefined);
    await proxy.close();
  }
}

/** A subscriber binds its queue to the cinema's exchange. A RabbitMQ for trials may not have it. */
async function declareCinema(model: ChannelModel): Promise<void> {
  for (const declare of [
    (channel: Channel) => channel.checkExchange(EXCHANGE),
    (channel: Channel) => channel.assertExchange(EXCHANGE, 'topic', { durable: true, alternateExchange: UNROUTED }),
  ]) {
    const channel = await model.createChannel();
    // A refusal closes the channel.
    channel.on('error', () => undefined);
    const isThere = await declare(channel).then(
      () => true,
      () => false,
    );
    await closeIfOpen(channel);
    if (isThere) return;
  }
  throw new CommandFailed(`The exchange ${EXCHANGE} is missing, and RabbitMQ does not let this user declare it.`);
}

async function sendEverything({ queue, startMs, limitMs, add }: QueueTest, proxy: SubscriberProxy, model: ChannelModel): Promise<void> {
  const consumer = proxy.consumerOf(queue);
  if (consumer === undefined) throw new CommandFailed(`No subscriber consumed from ${queue} within ${startMs / 1_000} s.`);
  const { acknowledges, prefetch } = consumer;
  add({
    check: 'acknowledges',
    passed: acknowledges,
    text: acknowledges ? 'it consumes with acknowledgements' : 'RabbitMQ forgets what it delivers: what is lost on the way is lost',
  });
  add({
    check: 'has a prefetch',
    passed: prefetch > 0,
    text: prefetch > 0 ? `${prefetch} events at the same time` : 'RabbitMQ sends it the whole queue at once',
  });
  // Nothing more can be seen.
  if (!acknowledges) return;
  const channel = await model.createConfirmChannel();
  // An exchange of its own reaches this queue alone, with the routing keys of the cinema.
  const exchange = `subscriber-test.${newId()}`;
  await channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
  await channel.bindQueue(queue, exchange, '#');
  try {
    const events = exampleEvents();
    for (const [check, sentOf] of CASES) {
      const sent = sentOf(firstOf(events), events);
      for (const event of sent) channel.publish(exchange, event.type, Buffer.from(JSON.stringify(event)), propertiesOf(event));
      await channel.waitForConfirms();
      add({ check, ...(await outcome(sent, proxy, limitMs)) });
    }
  } finally {
    await channel.deleteExchange(exchange);
  }
}

/** As the relay sets them. */
function propertiesOf({ id, type, time }: SentEvent): object {
  return { messageId: id, type, contentType: CONTENT_TYPE, persistent: true, timestamp: Math.floor(Date.parse(time) / 1_000) };
}

async function outcome(sent: readonly SentEvent[], proxy: SubscriberProxy, limitMs: number): Promise<Omit<Verdict, 'check'>> {
  const wanted = new Map<string, number>();
  for (const { id } of sent) wanted.set(id, (wanted.get(id) ?? 0) + 1);
  const isTaken = (id: string): boolean => proxy.outcomeOf(id).acknowledged >= (wanted.get(id) ?? 0);
  const isBad = (id: string): boolean => proxy.outcomeOf(id).problem !== null;
  const ids = [...wanted.keys()];
  await proxy.until(() => ids.every((id) => isTaken(id) || isBad(id)), limitMs);
  const failed = sent.filter(({ id }) => !isTaken(id) || isBad(id));
  const [first] = failed;
  if (first === undefined) return { passed: true, text: `${sent.length} acknowledged` };
  const { problem, delivered } = proxy.outcomeOf(first.id);
  const reason = problem ?? `${delivered > 0 ? 'not acknowledged' : 'not taken'} within ${limitMs / 1_000} s`;
  return { passed: false, text: `${failed.length} of ${sent.length} failed, as ${first.type}: ${reason}` };
}
