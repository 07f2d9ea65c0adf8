import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { newId } from '@app/kernel/id.js';
import { EXCHANGE } from '@app/platform/messaging/broker.js';
import { CONTENT_TYPE, type Envelope, envelopeOf } from '@app/platform/messaging/envelope.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { cleanUpOnExit } from '../../support/reaper.js';
import { pythonWithPika } from '../../support/python.js';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TYPE = 'reservations.seats-held.v1';
const OTHER_TYPE = 'reservations.hold-expired.v1';
const PASSWORD = 'correct-horse-battery';
const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
/** `rabbitmqctl` starts an Erlang of its own each time. */
const SET_UP_MS = 120_000;

const event = (subject: string, sequence: number, type = TYPE): Envelope =>
  envelopeOf({
    id: newId(),
    type,
    subject,
    sequence,
    time: new Date('2026-03-01T12:00:00.700Z'),
    correlationId: 'request-1',
    data: { sequence },
  });

describe('The account of a subscriber, made as docs/subscribing.md says', () => {
  let rabbitmq: RabbitmqHandle;
  let broker: RabbitBroker;
  let subscriberUrl: string;
  let connection: ChannelModel;
  let admin: ChannelModel;

  beforeAll(async () => {
    rabbitmq = await freshVhost();
    broker = new RabbitBroker({ urls: [rabbitmq.url], prefetch: 5, retryDelaysMs: [] }, () => Promise.resolve());
    await broker.declare([{ queue: 'reports.count', type: TYPE }], [OTHER_TYPE]);
    const vhost = new URL(rabbitmq.url).pathname.slice(1);
    // Another run may have left the user, whose name belongs to the whole server.
    await rabbitmq.control('delete_user', 'partner').catch(() => undefined);
    for (const command of documentedCommands(vhost)) await rabbitmq.control(...command);
    subscriberUrl = Object.assign(new URL(rabbitmq.url), { username: 'partner', password: PASSWORD }).href;
    admin = await amqp.connect(rabbitmq.url);
    connection = await amqp.connect(subscriberUrl);
  }, SET_UP_MS);
  afterAll(async () => {
    await connection?.close();
    await admin?.close();
    await broker?.close();
    await rabbitmq?.control('delete_user', 'partner');
  });

  /** Resolves to why RabbitMQ refused, or null. Each on a channel of its own: a refusal closes it. */
  async function refusalOf(act: (channel: Channel) => Promise<unknown>, by = connection): Promise<string | null> {
    const channel = await by.createConfirmChannel();
    let closedBy: Error | null = null;
    channel.on('error', (error: Error) => (closedBy = error));
    try {
      await act(channel);
      await channel.waitForConfirms();
      await channel.close();
      return null;
    } catch (error) {
      // A publish has no answer: the event says why the channel was closed.
      return (closedBy ?? (error as Error)).message;
    }
  }

  const own = (name: string): string => `subscriber.partner.${name}`;

  it('a subscriber declares, binds and reads a queue of its own', async () => {
    const queue = own('allowed');
    expect(await refusalOf((channel) => channel.assertQueue(queue, QUORUM))).toBeNull();
    expect(await refusalOf((channel) => channel.bindQueue(queue, EXCHANGE, 'reservations.#'))).toBeNull();
    await broker.publish([event(newId(), 1)]);
    const channel = await connection.createChannel();
    const message = await until(async () => (await channel.get(queue, { noAck: true })) || undefined, { what: 'the event' });
    expect(JSON.parse(message.content.toString())).toMatchObject({ type: TYPE, sequence: 1 });
    await channel.close();
  });

  it.each<[string, (channel: Channel) => Promise<unknown>]>([
    ['declare a queue of another name', (channel) => channel.assertQueue('subscriber.other.queue', QUORUM)],
    ['declare a queue whose name only begins like its own', (channel) => channel.assertQueue('subscriber.partner', QUORUM)],
    ['read a queue of the cinema', (channel) => channel.get('reports.count')],
    ['delete a queue of the cinema', (channel) => channel.deleteQueue('reports.count')],
    ['empty a queue of the cinema', (channel) => channel.purgeQueue('reports.count')],
    ['bind a queue of the cinema', (channel) => channel.bindQueue('reports.count', EXCHANGE, 'reservations.#')],
    ['delete the exchange', (channel) => channel.deleteExchange(EXCHANGE)],
    ['publish an event', (channel) => Promise.resolve(channel.publish(EXCHANGE, TYPE, Buffer.from('{}')))],
    ['publish into a queue of the cinema', (channel) => Promise.resolve(channel.publish('', 'reports.count', Buffer.from('{}')))],
    ['send its dead letters to the cinema', (channel) => channel.assertQueue(own('letters'), { deadLetterExchange: EXCHANGE, ...QUORUM })],
  ])('a subscriber cannot %s', async (_act, act) => {
    expect(await refusalOf(act)).toContain('ACCESS_REFUSED');
  });

  it.each(['auth.#', '#', '*.user-registered.v1', 'payments.refund-failed.v1'])(
    'a subscriber cannot bind %s, which is not its topic',
    async (key) => {
      const queue = own('topics');
      expect(await refusalOf((channel) => channel.assertQueue(queue, QUORUM))).toBeNull();
      expect(await refusalOf((channel) => channel.bindQueue(queue, EXCHANGE, key))).toContain('ACCESS_REFUSED');
    },
  );

  it('the cinema can do what a subscriber cannot: the account is refused', async () => {
    expect(await refusalOf((channel) => channel.assertQueue('subscriber.other.queue', QUORUM), admin)).toBeNull();
    expect(await refusalOf((channel) => channel.bindQueue('subscriber.other.queue', EXCHANGE, '#'), admin)).toBeNull();
  });

  it(
    'a queue of a subscriber loses its oldest messages past the limit',
    async () => {
      const queue = own('slow');
      await rabbitmq.control(...(await limits({ 'max-length': 3 })));
      try {
        expect(await refusalOf((channel) => channel.assertQueue(queue, { ...QUORUM, maxLength: 1_000 }))).toBeNull();
        expect(await refusalOf((channel) => channel.bindQueue(queue, EXCHANGE, 'reservations.#'))).toBeNull();
        const subject = newId();
        for (let sequence = 1; sequence <= 10; sequence++) await broker.publish([event(subject, sequence)]);
        const channel = await connection.createChannel();
        await until(async () => (await channel.checkQueue(queue)).messageCount === 3, { what: 'three messages' });
        const first = await channel.get(queue, { noAck: true });
        expect(first && JSON.parse(first.content.toString())).toMatchObject({ sequence: 8 });
        await channel.close();
      } finally {
        for (const command of documentedCommands(new URL(rabbitmq.url).pathname.slice(1)).slice(-1)) await rabbitmq.control(...command);
      }
    },
    SET_UP_MS,
  );

  it('a full queue that rejects makes the broker refuse the event for everybody', async () => {
    const queue = own('rejecting');
    const options = { durable: true, maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } };
    expect(await refusalOf((channel) => channel.assertQueue(queue, options))).toBeNull();
    expect(await refusalOf((channel) => channel.bindQueue(queue, EXCHANGE, OTHER_TYPE))).toBeNull();
    const [first, second] = [event(newId(), 1, OTHER_TYPE), event(newId(), 1, OTHER_TYPE)];
    expect((await broker.publish([first])).confirmed.size).toBe(1);
    expect((await broker.publish([second])).refused.size).toBe(1);
    expect(await refusalOf((channel) => channel.deleteQueue(queue))).toBeNull();
  });

  it('a message has the properties that docs/asyncapi.json names, and no headers', async () => {
    const queue = own('properties');
    expect(await refusalOf((channel) => channel.assertQueue(queue, QUORUM))).toBeNull();
    expect(await refusalOf((channel) => channel.bindQueue(queue, EXCHANGE, TYPE))).toBeNull();
    const sent = event(newId(), 1);
    await broker.publish([sent]);
    const channel = await connection.createChannel();
    const { properties, fields } = await until(async () => (await channel.get(queue, { noAck: true })) || undefined, { what: 'it' });
    await channel.close();
    const { headers, ...set } = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
    expect(set).toEqual({
      messageId: sent.id,
      type: TYPE,
      contentType: CONTENT_TYPE,
      timestamp: Date.parse('2026-03-01T12:00:00Z') / 1_000,
      correlationId: 'request-1',
      deliveryMode: 2,
    });
    expect(Object.keys((headers ?? {}) as object).filter((name) => !name.startsWith('x-'))).toEqual([]);
    const { components } = JSON.parse(readFileSync(join(ROOT, 'docs/asyncapi.json'), 'utf8'));
    expect(Object.keys(components.messages.SeatsHeld['x-amqp-properties']).sort()).toEqual(Object.keys(set).sort());
    expect(fields).toMatchObject({ exchange: EXCHANGE, routingKey: TYPE });
  });

  it.each([
    ['TypeScript', () => Promise.resolve([process.execPath, 'docs/examples/subscriber.ts'] as const)],
    ['Python', async () => [await pythonWithPika(), 'docs/examples/subscriber.py'] as const],
  ])(
    'the example in %s handles each event once, and misses none while away',
    async (_language, commandOf) => {
      const [program, file] = await commandOf();
      await refusalOf((channel) => channel.deleteQueue(own('reservations')));
      const subject = newId();
      const [first, second, third] = [event(subject, 1), event(subject, 2), event(subject, 3)];
      const running = start(program, file, subscriberUrl);
      await running.says('ready');
      await broker.publish([first, third, second]);
      await broker.publish([third]);
      await running.says(`again ${TYPE}`);
      expect(running.lines).toEqual([
        'ready',
        `new ${TYPE} ${subject} 1`,
        `new ${TYPE} ${subject} 3`,
        `late ${TYPE} ${subject} 2`,
        `again ${TYPE}`,
      ]);
      await running.kill();
      await broker.publish([event(subject, 4)]);
      const again = start(program, file, subscriberUrl);
      await again.says(`new ${TYPE} ${subject} 4`);
      await again.kill();
    },
    SET_UP_MS,
  );

  async function limits(changes: object): Promise<string[]> {
    const command = documentedCommands(new URL(rabbitmq.url).pathname.slice(1)).at(-1)!;
    return Promise.resolve(command.map((word) => (word.startsWith('{') ? JSON.stringify({ ...JSON.parse(word), ...changes }) : word)));
  }
});

/** The commands of the document for this virtual host, each as its words. */
function documentedCommands(vhost: string): string[][] {
  const lines = readFileSync(join(ROOT, 'docs/subscribing.md'), 'utf8').match(/^rabbitmqctl .*\b(partner|subscribers)\b.*$/gm) ?? [];
  const words = lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(1));
  return words.map((command) => command.map((word) => (word === '/' ? vhost : word === 'PASSWORD' ? PASSWORD : word)));
}

function start(program: string, file: string, url: string) {
  const child: ChildProcess = spawn(program, [file], {
    cwd: ROOT,
    env: { ...process.env, AMQP_URL: url, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.once('exit', cleanUpOnExit({ processGroup: child.pid! }));
  let [output, errors] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return {
    get lines(): string[] {
      return output.trim().split('\n');
    },
    says: (line: string) =>
      until(
        () => {
          if (output.split('\n').includes(line)) return true;
          throw new Error(`it said: ${output} ${errors}`);
        },
        { what: `"${line}" from ${file}` },
      ),
    kill: async (): Promise<void> => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}
