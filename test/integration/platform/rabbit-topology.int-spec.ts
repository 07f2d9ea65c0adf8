import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import amqp, { type Channel, type ChannelModel, type Replies } from 'amqplib';
import {
  DEAD_LETTERS,
  DEAD_LETTERS_QUEUE,
  type DeadLetter,
  EXCHANGE,
  REACTIONS_EXCHANGE,
  TopologyMismatch,
  UNROUTED,
  UNSUBSCRIBED,
} from '@app/platform/messaging/broker.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const QUEUE = 'test.keep-seats';

describe('The topology on RabbitMQ', () => {
  let url: string;
  let connection: ChannelModel;
  let channel: Channel;
  let broker: RabbitBroker;
  let letters: DeadLetter[];
  let storing: () => Promise<void>;

  beforeEach(async () => {
    ({ url } = await freshVhost({
      exchanges: [EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, UNSUBSCRIBED, DEAD_LETTERS],
      queues: [QUEUE, UNROUTED, DEAD_LETTERS, DEAD_LETTERS_QUEUE],
    }));
    connection = await amqp.connect(url);
    channel = await connection.createChannel();
    channel.on('error', () => undefined);
    letters = [];
    storing = () => Promise.resolve();
    broker = new RabbitBroker({ urls: [url], prefetch: 5, retryDelaysMs: [] }, async (letter) => {
      await storing();
      letters.push(letter);
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await broker.close();
    await connection.close();
  });

  const bindings = [{ queue: QUEUE, type: 'test.seats-held.v1' }];
  /** On a channel of its own: RabbitMQ closes the channel that asks for a queue that it does not have. */
  const stateOf = async (queue: string): Promise<Replies.AssertQueue | null> => {
    const probe = await connection.createChannel();
    probe.on('error', () => undefined);
    try {
      const state = await probe.checkQueue(queue);
      await probe.close();
      return state;
    } catch {
      return null;
    }
  };
  const messagesIn = async (queue: string): Promise<number> => (await channel.checkQueue(queue)).messageCount;

  it('another type of our exchange is an alert until somebody mends it', async () => {
    const alerts: unknown[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void alerts.push(line));
    await channel.assertExchange(EXCHANGE, 'fanout', { durable: true });
    for (let i = 0; i < 2; i++) await expect(broker.declare(bindings)).rejects.toThrow(TopologyMismatch);
    await expect(broker.ping()).rejects.toThrow(/inequivalent arg 'type'/);
    expect(alerts).toEqual([{ alert: 'broker-topology-mismatch', reason: expect.stringContaining(EXCHANGE) as string }]);
    await channel.deleteExchange(EXCHANGE);
    await broker.declare(bindings);
    await expect(broker.ping()).resolves.toBeUndefined();
  });

  it('a queue of ours with other arguments is a mismatch too', async () => {
    await channel.assertQueue(QUEUE, { durable: true });
    await expect(broker.declare(bindings)).rejects.toThrow(TopologyMismatch);
  });

  it('letters of the classic queue of earlier versions move, and it is deleted', async () => {
    await channel.assertExchange(DEAD_LETTERS, 'fanout', { durable: true });
    await channel.assertQueue(DEAD_LETTERS, { durable: true, arguments: { 'x-queue-type': 'classic' } });
    await channel.bindQueue(DEAD_LETTERS, DEAD_LETTERS, '');
    for (let n = 0; n < 3; n++) channel.publish(DEAD_LETTERS, QUEUE, Buffer.from(String(n)), { persistent: true });
    await until(async () => (await messagesIn(DEAD_LETTERS)) === 3, { what: 'three old letters' });
    broker.consume(bindings, () => Promise.resolve({ kind: 'acknowledge' }));
    await until(() => letters.length === 3, { what: 'the letters to move' });
    expect(letters.map(({ body }) => body).sort()).toEqual(['0', '1', '2']);
    await until(async () => (await stateOf(DEAD_LETTERS_QUEUE)) !== null, { what: 'the new queue' });
    await until(async () => (await stateOf(DEAD_LETTERS)) === null, { what: 'the old queue to be gone' });
  });

  it('a dead letter that returns to its queue a hundred times is kept', async () => {
    await broker.declare(bindings);
    channel.publish(DEAD_LETTERS, QUEUE, Buffer.from('letter'), { persistent: true });
    for (let n = 0; n < 100; n++) {
      const message = await until(() => channel.get(DEAD_LETTERS_QUEUE), { what: `delivery ${n + 1}` });
      channel.nack(message, false, true);
    }
    broker.consume(bindings, () => Promise.resolve({ kind: 'acknowledge' }));
    await until(() => letters.length === 1, { what: 'the letter' });
  });

  it('a consumer whose queue is deleted comes back and disturbs no other', async () => {
    let isOver: () => void = () => undefined;
    const seen: string[] = [];
    const other = { queue: 'test.send-mail', type: 'test.mail-due.v1' };
    await channel.deleteQueue(other.queue);
    broker.consume([...bindings, other], async ({ queue, body }) => {
      seen.push(body);
      if (queue === QUEUE) await new Promise<void>((resolve) => (isOver = resolve));
      return { kind: 'acknowledge' };
    });
    await until(async () => (await stateOf(other.queue))?.consumerCount === 1, { what: 'the consumers' });
    const sender = await connection.createChannel();
    sender.sendToQueue(QUEUE, Buffer.from('slow'));
    await until(() => seen.length === 1, { what: 'the slow delivery' });
    await sender.deleteQueue(other.queue);
    await until(
      () => {
        sender.sendToQueue(other.queue, Buffer.from('again'));
        return seen.includes('again');
      },
      { intervalMs: 200, what: 'the other consumer to be back' },
    );
    expect(seen.filter((body) => body === 'slow')).toHaveLength(1);
    isOver();
  });
});
