import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';

const ours = { exchanges: [], queues: ['support.kept'] };

async function on<T>(url: string, act: (connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  try {
    return await act(connection);
  } finally {
    await connection.close();
  }
}

const publish = (url: string, text: string) =>
  on(url, async (connection) => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('support.kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue('support.kept', Buffer.from(text), { persistent: true });
    await channel.waitForConfirms();
  });

const take = (url: string) =>
  on(url, async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    const message = await channel.get('support.kept', { noAck: true });
    return message ? message.content.toString() : undefined;
  });

/** Killed within a second of its declaration, a quorum queue of RabbitMQ 3.10 comes back without a leader. */
const settled = () => sleep(2_000);

describe('The broker of the tests', () => {
  let rabbit: RabbitmqHandle;
  beforeEach(async () => (rabbit = await freshVhost(ours)));
  afterEach(() => rabbit.start());

  it.each(['stop', 'kill'] as const)(
    'keeps the confirmed messages of a durable quorum queue over a %s',
    async (end) => {
      await publish(rabbit.url, `before the ${end}`);
      await settled();
      await rabbit[end]();
      await expect(connect(rabbit.url)).rejects.toThrow('ECONNREFUSED');
      await rabbit.start();
      await expect(take(rabbit.url)).resolves.toBe(`before the ${end}`);
    },
    120_000,
  );

  it('cuts the connections that are open when it is killed', async () => {
    const connection = await connect(rabbit.url);
    const closed = new Promise((resolve) => connection.once('close', resolve));
    connection.on('error', () => undefined);
    await rabbit.kill();
    await closed;
  }, 120_000);

  it('gives each suite a place without the messages of another', async () => {
    await publish(rabbit.url, 'mine');
    const other = await freshVhost(ours);
    await expect(take(other.url)).rejects.toThrow('no queue');
  });
});
