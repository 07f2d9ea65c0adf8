import { randomBytes } from 'node:crypto';
import amqp, { type Options } from 'amqplib';
import { newId } from '@app/kernel/id.js';
import { freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { BROKER_KINDS, QUEUE, type ReactionsHarness, guest, openReactions } from './reactions-harness.js';

describe.each(BROKER_KINDS)('Messages on %s that are no event of ours', (kind) => {
  let harness: ReactionsHarness;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const database = await freshDatabase();
    drop = () => database.drop();
    harness = await openReactions({ kind, databaseUrl: database.url });
  });
  afterEach(async () => {
    await harness.close();
    await drop();
  });

  const coats = (): Promise<{ event: string; name: string }[]> => harness.database.query('SELECT event, name FROM public.coats');
  const deadLetters = (): Promise<{ queue: string; messageId: string | null; reason: string; attempts: number; body: string }[]> =>
    harness.database.query('SELECT queue, message_id, reason, attempts, body FROM messaging.dead_letters ORDER BY id');
  const dead = (count: number): Promise<unknown> =>
    until(async () => (await deadLetters()).length === count, { what: `${count} dead letters` });
  const collected = (count: number): Promise<unknown> => until(async () => (await coats()).length === count, { what: `${count} coats` });

  /** Puts a message straight into the queue, as another program could. */
  async function publishToQueue(body: Buffer, properties: Options.Publish = {}): Promise<void> {
    if (harness.amqpUrl === null) {
      await harness.database.query('INSERT INTO messaging.deliveries (queue, message_id, body) VALUES ($1, $2, $3)', [
        QUEUE,
        newId(),
        body.toString('utf8').replaceAll('\0', ''),
      ]);
      return;
    }
    const connection = await amqp.connect(harness.amqpUrl);
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue(QUEUE, body, properties);
    await channel.waitForConfirms();
    await connection.close();
  }

  const event = guest();
  const json = (changes: object): Buffer => Buffer.from(JSON.stringify({ ...event, id: newId(), ...changes }));
  it.each<readonly [string, Buffer, RegExp, Options.Publish]>([
    ['random bytes', randomBytes(2_000), /not JSON/, {}],
    ['an empty body', Buffer.alloc(0), /not JSON/, {}],
    ['a NUL', Buffer.from('\0\0'), /not JSON/, {}],
    ['a list', Buffer.from('[]'), /is missing/, {}],
    ['null', Buffer.from('null'), /not an object/, {}],
    ['a number', Buffer.from('42'), /not an object/, {}],
    ['no id', json({ id: undefined }), /"id" is missing/, {}],
    ['an id that is no UUID', json({ id: 'first' }), /"id" is not a UUID/, {}],
    ['another type', json({ type: 'test.guest-left.v1' }), /does not belong in/, {}],
    ['no data', json({ data: null }), /"data" is missing/, {}],
    ['no time', json({ time: 'later' }), /"time" is not an instant/, {}],
    ['no sequence', json({ sequence: 'first' }), /"sequence" is missing/, {}],
    [
      'headers of other types',
      Buffer.from('{'),
      /not JSON/,
      { messageId: 'no-uuid', headers: { 'x-attempts': 'many', 'x-origin-queue': 7, 'x-reason': { a: 1 } } },
    ],
    ['text that PostgreSQL cannot store', Buffer.from('{"id":"\\u0000"}'), /is missing|is not a UUID/, {}],
  ])('a message is a dead letter and the next one is handled: %s', async (_what, body, reason, properties) => {
    await publishToQueue(body, properties);
    const last = guest('Grace');
    await harness.broker.publish([last]);
    await dead(1);
    const [letter] = await deadLetters();
    expect(letter).toMatchObject({ queue: QUEUE, attempts: 1 });
    expect(letter!.reason).toMatch(reason);
    await collected(1);
    expect(await coats()).toEqual([{ event: last.id, name: 'Grace' }]);
  });

  it('data that breaks the reaction is a dead letter after the last delay', async () => {
    await publishToQueue(json({ data: { name: '\0' } }));
    await publishToQueue(json({ data: {} }));
    await dead(2);
    expect(await coats()).toEqual([]);
  });
});
