import { connect } from 'amqplib';
import { type Rabbit, freshVhost } from '../../support/rabbit.js';

const ours = { exchanges: [], queues: ['support.kept'] };

async function publish(url: string, text: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('support.kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue('support.kept', Buffer.from(text), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function take(url: string): Promise<string | undefined> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const message = await channel.get('support.kept', { noAck: true });
  await connection.close();
  return message ? message.content.toString() : undefined;
}

describe('The broker of the tests', () => {
  let rabbit: Rabbit;
  beforeEach(async () => (rabbit = await freshVhost(ours)));
  afterEach(() => rabbit.start());

  it.each(['stop', 'kill'] as const)(
    'keeps the confirmed messages of a durable quorum queue over a %s',
    async (end) => {
      await publish(rabbit.url, `before the ${end}`);
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
