import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const QUEUE = 'support.kept';
const TOPOLOGY = { exchanges: [], queues: [QUEUE] };

/** A quorum queue of RabbitMQ 3.10 has no leader after a restart when the server was killed within a second of its declaration. */
const LEADER_ELECTION_MS = 2_000;

async function withConnection<T>(url: string, action: (connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  try {
    return await action(connection);
  } finally {
    await connection.close();
  }
}

const publish = (url: string, text: string): Promise<void> =>
  withConnection(url, async (connection) => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue(QUEUE, Buffer.from(text), { persistent: true });
    await channel.waitForConfirms();
  });

const receive = (url: string): Promise<string | undefined> =>
  withConnection(url, async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    const message = await channel.get(QUEUE, { noAck: true });
    return message ? message.content.toString() : undefined;
  });

describe('The RabbitMQ of the tests', () => {
  let rabbitmq: RabbitmqHandle;
  beforeEach(async () => (rabbitmq = await freshVhost(TOPOLOGY)));
  afterEach(() => rabbitmq.start());

  it.each(['stop', 'kill'] as const)(
    'a %s closes open connections and keeps confirmed messages in quorum queues',
    async (end) => {
      await publish(rabbitmq.url, `before the ${end}`);
      await sleep(LEADER_ELECTION_MS);
      const connection = await connect(rabbitmq.url);
      const closed = new Promise((resolve) => connection.once('close', resolve));
      connection.on('error', () => undefined);
      await rabbitmq[end]();
      await closed;
      await expect(connect(rabbitmq.url)).rejects.toThrow('ECONNREFUSED');
      await rabbitmq.start();
      // The queue has no leader at once.
      expect(await until(() => receive(rabbitmq.url), { what: 'the message' })).toBe(`before the ${end}`);
    },
    120_000,
  );

  it('a fresh virtual host does not contain the queues of another', async () => {
    await publish(rabbitmq.url, 'mine');
    const other = await freshVhost(TOPOLOGY);
    await expect(receive(other.url)).rejects.toThrow('no queue');
  });
});
