import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import amqp, { type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { runCli } from '../../../apps/cli/src/cli.js';
import type { Verdict } from '../../../apps/cli/src/subscriber/sent-events.js';
import { pythonWithPika } from '../../support/python.js';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { cleanUpOnExit } from '../../support/reaper.js';
import { until } from '../../support/until.js';
import { type ReceivedEvent, subscriberFaults } from './subscriber-faults.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const QUEUE = 'subscriber.partner.reservations';
const PREFETCH = 5;
const TRIAL_MS = 120_000;

type Handle = (event: ReceivedEvent, message: ConsumeMessage, channel: Channel) => void;

/** Right, but for events of the given kind. */
const butRefuses =
  (isRefused: (event: ReceivedEvent) => boolean): Handle =>
  (event, message, channel) =>
    isRefused(event) ? channel.nack(message, false, false) : channel.ack(message);

describe('subscriber-test of a queue', () => {
  let rabbitmq: RabbitmqHandle;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    rabbitmq = await freshVhost();
  }, TRIAL_MS);
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** `start` gets the address that the command names. */
  async function tried(start: (url: string) => Promise<unknown>, ...own: string[]) {
    const [lines, said]: [string[], string[]] = [[], []];
    let started: Promise<unknown> = Promise.resolve();
    const terminal = {
      env: { AMQP_URL: rabbitmq.url },
      stdin: Readable.from([]),
      print: (line: string) => lines.push(line),
      printError: (line: string) => {
        said.push(line);
        const url = /AMQP_URL=(\S+)/.exec(line)?.[1];
        if (url === undefined) return;
        const { username, password } = new URL(rabbitmq.url);
        started = start(Object.assign(new URL(url), { username, password }).href);
      },
    };
    const code = await runCli(['subscriber-test', '--queue', QUEUE, '--port', '0', '--json', ...own], terminal);
    await started;
    const { verdicts } = JSON.parse(lines.join('') || '{"verdicts":[]}') as { verdicts: Verdict[] };
    return { code, said, verdicts, failed: verdicts.filter(({ passed }) => !passed).map(({ check }) => check) };
  }

  const consuming =
    (handle: Handle, { prefetch = PREFETCH, noAck = false } = {}) =>
    async (url: string): Promise<void> => {
      const model: ChannelModel = await amqp.connect(url);
      model.on('error', () => undefined);
      const channel = await model.createChannel();
      await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      // What another subscriber has left.
      await channel.purgeQueue(QUEUE);
      if (prefetch > 0) await channel.prefetch(prefetch);
      // The command may be over before RabbitMQ has answered; the connection ends with it.
      const answer = channel.consume(
        QUEUE,
        (message) => {
          if (message !== null) handle(JSON.parse(message.content.toString()) as ReceivedEvent, message, channel);
        },
        { noAck },
      );
      await answer.catch(() => undefined);
    };

  it(
    'a good subscriber passes every check, and got every type by its routing key',
    async () => {
      const types = new Set<string>();
      const keys = new Set<string>();
      const subscriber = consuming((event, message, channel) => {
        types.add(event.type);
        keys.add(message.fields.routingKey);
        channel.ack(message);
      });
      const { code, failed, verdicts } = await tried(subscriber);
      expect([code, failed, verdicts.length]).toEqual([0, [], 10]);
      expect(types.size).toBeGreaterThan(50);
      expect(keys).toEqual(types);
    },
    TRIAL_MS,
  );

  it.each<[string, Handle, string[]]>([
    ...subscriberFaults().map(({ name, isRefused, failedChecks }): [string, Handle, string[]] => [
      name,
      butRefuses(isRefused),
      failedChecks,
    ]),
    [
      'gives one type back to the queue',
      ({ type }, message, channel) => {
        if (type === 'payments.payment-refunded.v1' && !message.fields.redelivered) channel.nack(message, false, true);
        else channel.ack(message);
      },
      ['every event type'],
    ],
    [
      'acknowledges several at once',
      (_event, message, channel) => {
        channel.ack(message, true);
      },
      [],
    ],
  ])(
    'a subscriber that %s fails there, and nowhere else',
    async (_fault, handle, expected) => {
      const { code, failed } = await tried(consuming(handle));
      expect([code, failed]).toEqual([expected.length === 0 ? 0 : 1, expected]);
    },
    TRIAL_MS,
  );

  it(
    'a subscriber that never acknowledges fails every check of an event',
    async () => {
      const { code, verdicts } = await tried(
        consuming(() => undefined),
        '--timeout',
        '1',
      );
      expect(code).toBe(1);
      expect(verdicts.filter(({ passed }) => passed).map(({ check }) => check)).toEqual(['acknowledges', 'has a prefetch']);
      expect(verdicts[2]!.text).toMatch(/not acknowledged within 1 s$/);
    },
    TRIAL_MS,
  );

  it(
    'consuming without acknowledgements or a prefetch is named',
    async () => {
      expect((await tried(consuming(() => undefined, { noAck: true, prefetch: 0 }))).failed).toEqual(['acknowledges', 'has a prefetch']);
    },
    TRIAL_MS,
  );

  it(
    'a subscriber that dies of an event fails there',
    async () => {
      const dying = consuming((event, message, channel) => {
        if (/\.v99$/.test(event.type)) (channel.connection as unknown as { stream: { destroy(): void } }).stream.destroy();
        else channel.ack(message);
      });
      const { failed, verdicts } = await tried(dying, '--timeout', '1');
      expect(failed[0]).toBe('an event of a type that does not exist yet');
      expect(verdicts.find(({ passed }) => !passed)!.text).toMatch(/it lost its connection with the event$/);
    },
    TRIAL_MS,
  );

  it.each([
    ['TypeScript', () => Promise.resolve([process.execPath, 'docs/examples/subscriber.ts'] as const)],
    ['Python', async () => [await pythonWithPika(), 'docs/examples/subscriber.py'] as const],
  ])(
    'the example in %s passes every check',
    async (_language, commandOf) => {
      const [program, file] = await commandOf();
      let errors = '';
      const { code, failed } = await tried((url) => {
        const child: ChildProcess = spawn(program, [file], {
          cwd: ROOT,
          env: { ...process.env, AMQP_URL: url, NODE_OPTIONS: '' },
          stdio: ['ignore', 'ignore', 'pipe'],
          detached: true,
        });
        child.once('exit', cleanUpOnExit({ processGroup: child.pid! }));
        child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
        ends.push(async () => {
          child.kill('SIGKILL');
          await until(() => child.signalCode !== null || child.exitCode !== null, { what: 'its end' });
        });
        return Promise.resolve();
      });
      expect([code, failed], errors).toEqual([0, []]);
    },
    TRIAL_MS,
  );

  it(
    'without a subscriber it says so',
    async () => {
      const { code, said } = await tried(() => Promise.resolve(), '--timeout', '1');
      expect([code, said.at(-1)]).toEqual([1, `No subscriber consumed from ${QUEUE} within 6 s.`]);
    },
    TRIAL_MS,
  );
});
