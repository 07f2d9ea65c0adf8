import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { newId } from '@app/kernel/id.js';
import { EVENT_LOG, EXCHANGE, UNROUTED } from '@app/platform/messaging/broker.js';
import { type Envelope, envelopeOf } from '@app/platform/messaging/envelope.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { cleanUpOnExit } from '../../support/reaper.js';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TYPE = 'reservations.seats-held.v1';
const OTHER_TYPE = 'reservations.hold-expired.v1';
const UNKNOWN_TYPE = 'reservations.nothing-known.v1';
const PASSWORD = 'correct-horse-battery';
const LIMITS = { keptDays: 7, maxBytes: 100_000_000 };
/** `rabbitmqctl` starts an Erlang of its own each time. */
const SET_UP_MS = 120_000;

const events = (count: number, type = TYPE): Envelope[] =>
  Array.from({ length: count }, (_, index) =>
    envelopeOf({
      id: newId(),
      type,
      subject: newId(),
      sequence: index + 1,
      time: new Date('2026-03-01T12:00:00Z'),
      correlationId: null,
      data: { index },
    }),
  );

describe('The log of events on RabbitMQ', () => {
  let rabbitmq: RabbitmqHandle;
  let broker: RabbitBroker;
  let admin: ChannelModel;
  let readerUrl: string;

  beforeAll(async () => {
    rabbitmq = await freshVhost();
    broker = new RabbitBroker({ urls: [rabbitmq.url], prefetch: 5, retryDelaysMs: [], eventLog: LIMITS }, () => Promise.resolve());
    await broker.declare([{ queue: 'reports.count', type: TYPE }], [OTHER_TYPE]);
    const vhost = new URL(rabbitmq.url).pathname.slice(1);
    // Another run may have left the user, whose name belongs to the whole server.
    await rabbitmq.control('delete_user', 'archive').catch(() => undefined);
    for (const command of documentedCommands(vhost)) await rabbitmq.control(...command);
    readerUrl = Object.assign(new URL(rabbitmq.url), { username: 'archive', password: PASSWORD }).href;
    admin = await amqp.connect(rabbitmq.url);
  }, SET_UP_MS);
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await admin?.close();
    await broker?.close();
    await rabbitmq?.control('delete_user', 'archive');
  });

  const publishAll = async (all: readonly Envelope[]) => expect((await broker.publish(all)).confirmed.size).toBe(all.length);

  /** Reads so many events from an offset, by a connection of its own. */
  async function read(offset: number | 'first' | 'next', count: number, url = readerUrl): Promise<{ offset: number; id: string }[]> {
    const connection = await amqp.connect(url);
    const channel = await connection.createChannel();
    await channel.prefetch(100);
    const found: { offset: number; id: string }[] = [];
    await channel.consume(
      EVENT_LOG,
      (message) => {
        if (message === null) return;
        const at = Number(message.properties.headers?.['x-stream-offset']);
        if (typeof offset !== 'number' || at >= offset) found.push({ offset: at, id: message.properties.messageId as string });
        channel.ack(message);
      },
      { arguments: { 'x-stream-offset': offset } },
    );
    await until(() => found.length >= count, { what: `${count} events` });
    await connection.close();
    return found;
  }

  it('a subscriber that was away gets everything from its offset, in order', async () => {
    const [before, away] = [events(300), [...events(200), ...events(200, OTHER_TYPE)]];
    await publishAll(before);
    const first = await read('first', before.length);
    expect(first.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await publishAll(away);
    const last = first.at(-1)!.offset;
    const second = await read(last + 1, away.length);
    expect(second.map(({ id }) => id)).toEqual(away.map(({ id }) => id));
    expect(second.map(({ offset }) => offset)).toEqual(away.map((_, index) => last + 1 + index));
    // Another reader takes nothing from this one.
    expect((await read(last + 1, away.length)).map(({ id }) => id)).toEqual(away.map(({ id }) => id));
  }, 60_000);

  it('an event that none of our queues wants is unrouted, although the log has it', async () => {
    const channel = await admin.createChannel();
    const unrouted = async () => (await channel.checkQueue(UNROUTED)).messageCount;
    const [known, unknown] = [events(1, OTHER_TYPE), events(1, UNKNOWN_TYPE)];
    await publishAll([...known, ...events(1)]);
    expect(await unrouted()).toBe(0);
    await publishAll(unknown);
    await until(async () => (await unrouted()) === 1, { what: 'the unrouted event' });
    // Also the event of a reaction whose queue is gone.
    await channel.deleteQueue('reports.count');
    await publishAll(events(1));
    await until(async () => (await unrouted()) === 2, { what: 'the event without its queue' });
    await broker.declare([{ queue: 'reports.count', type: TYPE }], [OTHER_TYPE]);
    await publishAll(events(1));
    // Bound in two places, it has one message of it.
    await until(async () => (await channel.checkQueue('reports.count')).messageCount === 1, { what: 'the message' });
    expect(await unrouted()).toBe(2);
    await channel.close();
  }, 60_000);

  it.each<[string, (channel: Channel) => Promise<unknown>]>([
    ['read a queue of the cinema', (channel) => channel.get('reports.count')],
    ['delete the log', (channel) => channel.deleteQueue(EVENT_LOG)],
    ['bind the log', (channel) => channel.bindQueue(EVENT_LOG, EXCHANGE, 'reservations.#')],
    ['unbind the log', (channel) => channel.unbindQueue(EVENT_LOG, EXCHANGE, '#')],
    ['declare a queue', (channel) => channel.assertQueue('archive', { durable: true })],
    ['publish an event', (channel) => Promise.resolve(channel.publish(EXCHANGE, TYPE, Buffer.from('{}')))],
    ['write into the log', (channel) => Promise.resolve(channel.sendToQueue(EVENT_LOG, Buffer.from('{}')))],
  ])('the account that reads it cannot %s', async (_act, act) => {
    const connection = await amqp.connect(readerUrl);
    const channel = await connection.createConfirmChannel();
    let refusal = '';
    channel.on('error', (error: Error) => (refusal = error.message));
    await act(channel)
      .then(() => channel.waitForConfirms())
      .catch(() => undefined);
    await until(() => refusal !== '', { what: 'the refusal' });
    expect(refusal).toContain('ACCESS_REFUSED');
    await connection.close();
  });

  it(
    'where the log cannot be declared, the topology stands all the same',
    async () => {
      const warnings: unknown[] = [];
      vi.spyOn(Logger.prototype, 'warn').mockImplementation((...words: unknown[]) => void warnings.push(words.at(-1)));
      const other = await freshVhost();
      const { url } = other;
      const vhost = new URL(url).pathname.slice(1);
      await other.control('delete_user', 'limited').catch(() => undefined);
      await other.control('add_user', 'limited', PASSWORD);
      // Everything but the log.
      await other.control('set_permissions', '-p', vhost, 'limited', '^(?!cinema\\.events\\.log$)', '.*', '.*');
      const limited = Object.assign(new URL(url), { username: 'limited', password: PASSWORD }).href;
      const without = new RabbitBroker({ urls: [limited], prefetch: 1, retryDelaysMs: [], eventLog: LIMITS }, () => Promise.resolve());
      await without.declare([{ queue: 'reports.count', type: TYPE }], [OTHER_TYPE]);
      expect((await without.publish(events(1))).confirmed.size).toBe(1);
      await without.ping();
      expect(warnings).toContain('RabbitMQ has no log of events; subscribers catch up with GET /events');
      await without.close();
      await other.control('delete_user', 'limited');
    },
    SET_UP_MS,
  );

  it('a log with other limits is kept, and used', async () => {
    const warnings: unknown[] = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((...words: unknown[]) => void warnings.push(words.at(-1)));
    const other = new RabbitBroker({ urls: [rabbitmq.url], prefetch: 1, retryDelaysMs: [], eventLog: { ...LIMITS, keptDays: 1 } }, () =>
      Promise.resolve(),
    );
    await other.declare([{ queue: 'reports.count', type: TYPE }], [OTHER_TYPE]);
    await other.close();
    expect(warnings).toEqual(['The log of events was declared with other limits, and keeps them until it is deleted']);
  }, 60_000);

  it(
    'the example in docs/examples goes on from where it stopped',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-log-'));
      const offsetFile = join(folder, 'offset');
      try {
        const running = start(readerUrl, offsetFile);
        const [first] = events(1);
        await publishAll([first!]);
        const offsetOfFirst = (): string | undefined =>
          running
            .lines()
            .find((line) => line.includes(first!.subject))
            ?.split(' ')[0];
        // It writes the offset after the line.
        await until(() => offsetOfFirst() === readFileSync(offsetFile, 'utf8'), { what: 'the offset of the first event' });
        await running.kill();
        const seen = running.lines().length;
        const missed = events(50);
        await publishAll(missed);
        const again = start(readerUrl, offsetFile);
        await until(() => again.lines().length >= missed.length, { what: 'what it missed' });
        await again.kill();
        expect(seen).toBeGreaterThan(0);
        expect(again.lines().map((line) => line.split(' ')[2])).toEqual(missed.map(({ subject }) => subject));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    SET_UP_MS,
  );
});

/** The commands of the document for an account that reads the log, for this virtual host, each as its words. */
function documentedCommands(vhost: string): string[][] {
  const lines = readFileSync(join(ROOT, 'docs/subscribing.md'), 'utf8').match(/^rabbitmqctl .*\barchive\b.*$/gm) ?? [];
  const words = lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(1));
  return words.map((command) => command.map((word) => (word === '/' ? vhost : word === 'PASSWORD' ? PASSWORD : word)));
}

function start(url: string, offsetFile: string) {
  const child: ChildProcess = spawn(process.execPath, ['docs/examples/log-reader.ts'], {
    cwd: ROOT,
    env: { ...process.env, AMQP_URL: url, OFFSET_FILE: offsetFile, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  child.once('exit', cleanUpOnExit({ processGroup: child.pid! }));
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  return {
    lines: (): string[] =>
      output
        .split('\n')
        .slice(0, -1)
        .filter((line) => /^\d+ /.test(line)),
    kill: async (): Promise<void> => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}
