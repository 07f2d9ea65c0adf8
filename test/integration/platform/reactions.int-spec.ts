import { randomBytes } from 'node:crypto';
import { DiscoveryModule } from '@nestjs/core';
import amqp, { type Options } from 'amqplib';
import { Conflict } from '@app/kernel/domain-error.js';
import { DomainEvent, type EventContext } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { type Broker, DEAD_LETTERS, EXCHANGE, UNROUTED } from '@app/platform/messaging/broker.js';
import { storeDeadLetterIn } from '@app/platform/messaging/store-dead-letter.js';
import { type Envelope, envelopeOf } from '@app/platform/messaging/envelope.js';
import { PostgresBroker } from '@app/platform/messaging/postgres-broker.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { KnownEvents, Reactions } from '@app/platform/messaging/reactions.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { migrate } from '../../../migrations/run.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { freshDatabase, startDedicatedPostgres } from '../../support/postgres.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const QUEUE = 'test.collect-coat-when-guest-came';
const DELAYS = [50, 100, 200];
const OURS = {
  exchanges: [EXCHANGE, UNROUTED, DEAD_LETTERS, ...DELAYS.map(retryQueue)],
  queues: [QUEUE, UNROUTED, DEAD_LETTERS, ...DELAYS.map(retryQueue)],
};

class GuestCame extends DomainEvent<{ name: string }> {
  static readonly type = 'test.guest-came.v1';
}

class NoHooksLeft extends Conflict {
  constructor() {
    super('test.no-hooks-left', 'There is no hook left for a coat.');
  }
}

@Subscribe(GuestCame, { queue: QUEUE })
class CollectCoatWhenGuestCame implements Reaction<GuestCame> {
  /** What happens after the effect, in its transaction. */
  afterwards: (event: GuestCame, context: EventContext) => Promise<void> | void = () => undefined;
  calls = 0;

  constructor(private readonly database: Database) {}

  async handle(event: GuestCame, context: EventContext): Promise<void> {
    this.calls++;
    await this.database.query('INSERT INTO public.coats (event, name) VALUES ($1, $2)', [context.id, event.data.name]);
    await this.afterwards(event, context);
  }
}

interface House extends Platform {
  readonly broker: Broker;
  readonly reaction: CollectCoatWhenGuestCame;
  readonly amqpUrl: string | null;
  close(): Promise<void>;
}

async function open(kind: 'RabbitMQ' | 'PostgreSQL', databaseUrl: string): Promise<House> {
  const amqpUrl = kind === 'RabbitMQ' ? (await freshVhost(OURS)).url : null;
  const known = { provide: KnownEvents, useValue: { types: [GuestCame.type] } };
  const platform = await startPlatform(
    databaseUrl,
    {},
    { imports: [DiscoveryModule], providers: [known, Reactions, CollectCoatWhenGuestCame] },
  );
  const { app, database } = platform;
  // What fails here fails on purpose.
  app.useLogger(false);
  await database.query('CREATE TABLE IF NOT EXISTS public.coats (event uuid NOT NULL, name text NOT NULL)');
  const options = { prefetch: 5, retryDelaysMs: DELAYS, leaseMs: 30_000 };
  const broker =
    amqpUrl === null
      ? new PostgresBroker(database, app.get(Transactions), options, storeDeadLetterIn(database))
      : new RabbitBroker({ url: amqpUrl, ...options }, storeDeadLetterIn(database));
  const reactions = app.get(Reactions);
  await broker.declare(reactions.bindings());
  broker.consume(reactions.bindings(), (delivery) => reactions.deliver(delivery));
  const close = async (): Promise<void> => {
    reactions.stop();
    await broker.close();
    await app.close();
  };
  return { ...platform, broker, reaction: app.get(CollectCoatWhenGuestCame), amqpUrl, close };
}

function guest(name = 'Ada'): Envelope {
  return envelopeOf({
    id: newId(),
    type: GuestCame.type,
    subject: newId(),
    sequence: 1,
    time: new Date(),
    correlationId: 'request-1',
    data: { name },
  });
}

describe.each(['RabbitMQ', 'PostgreSQL'] as const)('Reacting to events that come through %s', (kind) => {
  let house: House;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const database = await freshDatabase();
    drop = () => database.drop();
    house = await open(kind, database.url);
  });
  afterEach(async () => {
    await house.close();
    await drop();
  });

  const coats = (): Promise<{ event: string; name: string }[]> => house.database.query('SELECT event, name FROM public.coats');
  const inbox = (): Promise<{ messageId: string }[]> => house.database.query('SELECT message_id FROM messaging.inbox');
  const deadLetters = (): Promise<{ queue: string; messageId: string | null; reason: string; attempts: number; body: string }[]> =>
    house.database.query('SELECT queue, message_id, reason, attempts, body FROM messaging.dead_letters ORDER BY id');
  const dead = (count: number): Promise<unknown> =>
    until(async () => (await deadLetters()).length === count, { timeoutMs: 15_000, what: `${count} dead letters` });
  const collected = (count: number): Promise<unknown> =>
    until(async () => (await coats()).length === count, { timeoutMs: 15_000, what: `${count} coats` });

  it('has the effect, once, with the event’s own context', async () => {
    const contexts: EventContext[] = [];
    house.reaction.afterwards = (_event, context) => void contexts.push(context);
    const event = guest();
    await house.broker.publish([event]);
    await collected(1);
    expect(await coats()).toEqual([{ event: event.id, name: 'Ada' }]);
    expect(contexts).toEqual([
      { id: event.id, subject: event.subject, sequence: 1, time: new Date(event.time), correlationId: 'request-1' },
    ]);
  });

  it('has it once, however often the message comes, also at the same moment', async () => {
    const event = guest();
    for (let i = 0; i < 10; i++) await house.broker.redeliver(QUEUE, kind === 'RabbitMQ' ? event.id : newId(), JSON.stringify(event));
    const last = guest('Grace');
    await house.broker.publish([last]);
    await until(async () => (await coats()).some(({ name }) => name === 'Grace'), { timeoutMs: 15_000, what: 'the last guest' });
    await until(async () => (await inbox()).length === 2, { timeoutMs: 5_000, what: 'both in the inbox' });
    expect((await coats()).filter(({ event: id }) => id === event.id)).toHaveLength(1);
    expect(house.reaction.calls).toBe(2);
    expect(await deadLetters()).toEqual([]);
  });

  it('would have it every time without the inbox', async () => {
    await house.database.query('ALTER TABLE messaging.inbox DROP CONSTRAINT inbox_pkey');
    const event = guest();
    for (let i = 0; i < 3; i++) await house.broker.redeliver(QUEUE, newId(), JSON.stringify(event));
    await collected(3);
  });

  it('undoes effect and inbox row together when it fails, and tries again', async () => {
    let failures = 0;
    house.reaction.afterwards = () => {
      if (failures++ < 2) throw new Error('the hook came off');
    };
    const event = guest();
    await house.broker.publish([event]);
    await collected(1);
    expect(house.reaction.calls).toBe(3);
    expect(await inbox()).toEqual([{ messageId: event.id }]);
    expect(await deadLetters()).toEqual([]);
  });

  it('gives up after the last delay of the ladder, and leaves no trace but the dead letter', async () => {
    house.reaction.afterwards = () => {
      throw new TypeError('the hook came off');
    };
    const event = guest();
    await house.broker.publish([event]);
    await dead(1);
    expect(house.reaction.calls).toBe(DELAYS.length + 1);
    expect(await deadLetters()).toMatchObject([
      { queue: QUEUE, messageId: event.id, reason: 'TypeError: the hook came off', attempts: DELAYS.length + 1 },
    ]);
    expect(await coats()).toEqual([]);
    expect(await inbox()).toEqual([]);
  });

  it('gives up at once where a rule says no, which no repetition would change', async () => {
    house.reaction.afterwards = () => {
      throw new NoHooksLeft();
    };
    const event = guest();
    await house.broker.publish([event]);
    await dead(1);
    expect(house.reaction.calls).toBe(1);
    expect(await deadLetters()).toMatchObject([
      { messageId: event.id, reason: 'NoHooksLeft: There is no hook left for a coat.', attempts: 1 },
    ]);
    expect(await coats()).toEqual([]);
  });

  it('does not let one that fails hold up the others', async () => {
    house.reaction.afterwards = ({ data }) => {
      if (data.name === 'Mallory') throw new Error('no coat');
    };
    const guests = Array.from({ length: 30 }, (_, i) => guest(i % 3 === 0 ? 'Mallory' : `Guest ${i}`));
    await house.broker.publish(guests);
    await collected(20);
    await dead(10);
    expect((await inbox()).length).toBe(20);
  });

  describe('buries what is no event of ours, and goes on', () => {
    /** Straight into the queue, as anybody with access to the broker could. */
    async function slip(body: Buffer, properties: Options.Publish = {}): Promise<void> {
      if (house.amqpUrl === null) {
        await house.database.query('INSERT INTO messaging.deliveries (queue, message_id, body) VALUES ($1, $2, $3)', [
          QUEUE,
          newId(),
          body.toString('utf8').replaceAll('\0', ''),
        ]);
        return;
      }
      const connection = await amqp.connect(house.amqpUrl);
      const channel = await connection.createConfirmChannel();
      channel.sendToQueue(QUEUE, body, properties);
      await channel.waitForConfirms();
      await connection.close();
    }

    const event = guest();
    const json = (changes: object): Buffer => Buffer.from(JSON.stringify({ ...event, id: newId(), ...changes }));
    it.each<readonly [string, Buffer, RegExp, Options.Publish]>([
      ['noise', randomBytes(2_000), /not JSON/, {}],
      ['nothing', Buffer.alloc(0), /not JSON/, {}],
      ['a NUL', Buffer.from('\0\0'), /not JSON/, {}],
      ['a list', Buffer.from('[]'), /is missing/, {}],
      ['null', Buffer.from('null'), /not an object/, {}],
      ['a number', Buffer.from('42'), /not an object/, {}],
      ['no id', json({ id: undefined }), /"id" is missing/, {}],
      ['an id that is none', json({ id: 'first' }), /"id" is not a UUID/, {}],
      ['another type', json({ type: 'test.guest-left.v1' }), /does not belong in/, {}],
      ['no data', json({ data: null }), /"data" is missing/, {}],
      ['no time', json({ time: 'later' }), /"time" is not an instant/, {}],
      ['no sequence', json({ sequence: 'first' }), /"sequence" is missing/, {}],
      [
        'headers that lie',
        Buffer.from('{'),
        /not JSON/,
        { messageId: 'no-uuid', headers: { 'x-attempts': 'many', 'x-origin-queue': 7, 'x-reason': { a: 1 } } },
      ],
      ['text PostgreSQL cannot store', Buffer.from('{"id":"\\u0000"}'), /is missing|is not a UUID/, {}],
    ])('%s', async (_what, body, reason, properties) => {
      await slip(body, properties);
      const last = guest('Grace');
      await house.broker.publish([last]);
      await dead(1);
      const [letter] = await deadLetters();
      expect(letter).toMatchObject({ queue: QUEUE, attempts: 1 });
      expect(letter!.reason).toMatch(reason);
      await collected(1);
      expect(await coats()).toEqual([{ event: last.id, name: 'Grace' }]);
    });

    it('data that breaks the reaction itself, after the ladder', async () => {
      await slip(json({ data: { name: '\0' } }));
      await slip(json({ data: {} }));
      await dead(2);
      expect(await coats()).toEqual([]);
    });
  });
});

describe('A database that goes away under a reaction', () => {
  it('pauses the consumer: no attempt is used up, and the effect comes when the database is back', async () => {
    const postgres = await startDedicatedPostgres({ durable: true });
    await migrate(postgres.url);
    const house = await open('RabbitMQ', postgres.url);
    try {
      const names = Array.from({ length: 12 }, (_, i) => `Guest ${i}`);
      await postgres.kill();
      await house.broker.publish(names.map(guest));
      // Far beyond the whole ladder of delays: whoever burnt attempts would be dead by now.
      await until(async () => (await unacknowledged(house.amqpUrl!)) === 5, { timeoutMs: 15_000, what: 'a full hand' });
      await new Promise((resolve) => setTimeout(resolve, 5 * DELAYS.reduce((sum, delay) => sum + delay)));
      await postgres.start();
      await until(async () => (await house.database.query('SELECT 1 FROM public.coats')).length === names.length, {
        timeoutMs: 30_000,
        what: 'every coat',
      });
      expect((await house.database.query<{ name: string }>('SELECT name FROM public.coats')).map(({ name }) => name).sort()).toEqual(
        names.sort(),
      );
      expect(await house.database.query('SELECT 1 FROM messaging.dead_letters')).toEqual([]);
      expect(house.reaction.calls).toBe(names.length);
    } finally {
      await house.close();
      await postgres.remove();
    }
  }, 90_000);

  it('is not mistaken for a failing reaction when it breaks in the middle of one', async () => {
    const postgres = await startDedicatedPostgres({ durable: true });
    await migrate(postgres.url);
    const house = await open('RabbitMQ', postgres.url);
    try {
      let breaks = true;
      house.reaction.afterwards = async () => {
        if (!breaks) return;
        breaks = false;
        await postgres.kill();
      };
      await house.broker.publish([guest()]);
      await until(() => !breaks, { timeoutMs: 15_000, what: 'the break' });
      await postgres.start();
      await until(async () => (await house.database.query('SELECT 1 FROM public.coats')).length === 1, {
        timeoutMs: 30_000,
        what: 'the coat',
      });
      expect(house.reaction.calls).toBe(2);
      expect(await house.database.query('SELECT 1 FROM messaging.dead_letters')).toEqual([]);
      expect(await house.database.query('SELECT 1 FROM messaging.inbox')).toHaveLength(1);
    } finally {
      await house.close();
      await postgres.remove();
    }
  }, 90_000);

  /** Messages the queue has given out and not heard of since: what it was sent less what is still ready in it. */
  async function unacknowledged(url: string): Promise<number> {
    const connection = await amqp.connect(url);
    try {
      const channel = await connection.createChannel();
      return 12 - (await channel.checkQueue(QUEUE)).messageCount;
    } finally {
      await connection.close();
    }
  }
});
