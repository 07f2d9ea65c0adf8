import type { EventContext } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { BROKER_KINDS, DELAYS_MS, NoHooksLeft, QUEUE, type ReactionsHarness, guest, openReactions } from './reactions-harness.js';

describe.each(BROKER_KINDS)('Reactions on %s', (kind) => {
  let harness: ReactionsHarness;
  let drop: () => Promise<void>;
  let url: string;

  beforeEach(async () => {
    const database = await freshDatabase();
    drop = () => database.drop();
    url = database.url;
    harness = await openReactions({ kind, databaseUrl: database.url });
  });
  afterEach(async () => {
    await harness.close();
    await drop();
  });

  const coats = (): Promise<{ event: string; name: string }[]> => harness.database.query('SELECT event, name FROM public.coats');
  const inbox = (): Promise<{ messageId: string }[]> => harness.database.query('SELECT message_id FROM messaging.inbox');
  const transactions = async (): Promise<number> => {
    const rows = await harness.database.query<{ count: number }>('SELECT count(DISTINCT xmin::text)::int AS count FROM messaging.inbox');
    return rows[0]!.count;
  };
  const deadLetters = (): Promise<{ queue: string; messageId: string | null; reason: string; attempts: number; body: string }[]> =>
    harness.database.query('SELECT queue, message_id, reason, attempts, body FROM messaging.dead_letters ORDER BY id');
  const dead = (count: number): Promise<unknown> =>
    until(async () => (await deadLetters()).length === count, { what: `${count} dead letters` });
  const collected = (count: number): Promise<unknown> => until(async () => (await coats()).length === count, { what: `${count} coats` });

  it('an event has its effect once, with its own context', async () => {
    const contexts: EventContext[] = [];
    harness.reaction.afterwards = (_event, context) => void contexts.push(context);
    const event = guest();
    await harness.broker.publish([event]);
    await collected(1);
    expect(await coats()).toEqual([{ event: event.id, name: 'Ada' }]);
    expect(contexts).toEqual([
      { id: event.id, subject: event.subject, sequence: 1, time: new Date(event.time), correlationId: 'request-1' },
    ]);
  });

  it('a repeated message has one effect, also at the same moment', async () => {
    const event = guest();
    for (let i = 0; i < 10; i++) await harness.broker.redeliver(QUEUE, kind === 'RabbitMQ' ? event.id : newId(), JSON.stringify(event));
    const last = guest('Grace');
    await harness.broker.publish([last]);
    await until(async () => (await coats()).some(({ name }) => name === 'Grace'), { what: 'the last guest' });
    await until(async () => (await inbox()).length === 2, { what: 'both in the inbox' });
    expect((await coats()).filter(({ event: id }) => id === event.id)).toHaveLength(1);
    expect(harness.reaction.calls).toBe(2);
    expect(await deadLetters()).toEqual([]);
  });

  it('an id in capitals is the same message, and has its effect', async () => {
    const event = guest();
    await harness.broker.redeliver(QUEUE, newId(), JSON.stringify({ ...event, id: event.id.toUpperCase() }));
    await collected(1);
    await harness.broker.redeliver(QUEUE, newId(), JSON.stringify(event));
    await harness.broker.publish([guest('Grace')]);
    await collected(2);
    expect((await coats()).filter(({ event: id }) => id === event.id)).toHaveLength(1);
  });

  it('messages of the same moment share a transaction', async () => {
    harness.reaction.afterwards = async () => {
      await until(() => harness.deliveries() === 5, { what: 'all deliveries' });
    };
    await harness.broker.publish(Array.from({ length: 5 }, () => guest()));
    await collected(5);
    // Two may begin before the others have come.
    expect(await transactions()).toBeLessThanOrEqual(3);
  });

  it('messages of a reaction that locks much have a transaction each', async () => {
    await harness.close();
    harness = await openReactions({ kind, databaseUrl: url, alone: true });
    harness.reaction.afterwards = async () => {
      await until(() => harness.deliveries() === 5, { what: 'all deliveries' });
    };
    await harness.broker.publish(Array.from({ length: 5 }, () => guest()));
    await collected(5);
    expect(await transactions()).toBe(5);
  });

  it('messages about the same subject are handled one after another', async () => {
    let underWay = 0;
    let most = 0;
    harness.reaction.afterwards = async () => {
      most = Math.max(most, ++underWay);
      await until(() => harness.deliveries() === 5, { what: 'all deliveries' });
      underWay--;
    };
    const { subject } = guest();
    await harness.broker.publish(Array.from({ length: 5 }, () => ({ ...guest(), subject })));
    await collected(5);
    expect(most).toBe(1);
    expect(await transactions()).toBe(5);
  });

  it('without the inbox a repeated message has its effect each time', async () => {
    await harness.database.query('ALTER TABLE messaging.inbox DROP CONSTRAINT inbox_pkey');
    const event = guest();
    for (let i = 0; i < 3; i++) await harness.broker.redeliver(QUEUE, newId(), JSON.stringify(event));
    await collected(3);
  });

  it('a lock that is never free is a failure in the end, not an outage', async () => {
    harness.reaction.afterwards = () => {
      throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    };
    await harness.broker.publish([guest()]);
    await dead(1);
    expect((await deadLetters())[0]).toMatchObject({ queue: QUEUE, attempts: DELAYS_MS.length + 1 });
    expect(await coats()).toEqual([]);
  }, 60_000);

  it('a failure rolls back effect and inbox row, and is retried', async () => {
    let failures = 0;
    harness.reaction.afterwards = () => {
      if (failures++ < 2) throw new Error('the hook came off');
    };
    const event = guest();
    await harness.broker.publish([event]);
    await collected(1);
    expect(harness.reaction.calls).toBe(3);
    expect(await inbox()).toEqual([{ messageId: event.id }]);
    expect(await deadLetters()).toEqual([]);
  });

  it('a failure after the last delay leaves a dead letter alone', async () => {
    harness.reaction.afterwards = () => {
      throw new TypeError('the hook came off');
    };
    const event = guest();
    await harness.broker.publish([event]);
    await dead(1);
    expect(harness.reaction.calls).toBe(DELAYS_MS.length + 1);
    expect(await deadLetters()).toMatchObject([
      { queue: QUEUE, messageId: event.id, reason: 'TypeError: the hook came off', attempts: DELAYS_MS.length + 1 },
    ]);
    expect(await coats()).toEqual([]);
    expect(await inbox()).toEqual([]);
  });

  it('a refusal of a rule is a dead letter at once', async () => {
    harness.reaction.afterwards = () => {
      throw new NoHooksLeft();
    };
    const event = guest();
    await harness.broker.publish([event]);
    await dead(1);
    expect(harness.reaction.calls).toBe(1);
    expect(await deadLetters()).toMatchObject([
      { messageId: event.id, reason: 'NoHooksLeft: There is no hook left for a coat.', attempts: 1 },
    ]);
    expect(await coats()).toEqual([]);
  });

  it('a message that fails does not delay the others', async () => {
    harness.reaction.afterwards = ({ data }) => {
      if (data.name === 'Mallory') throw new Error('no coat');
    };
    const guests = Array.from({ length: 30 }, (_, i) => guest(i % 3 === 0 ? 'Mallory' : `Guest ${i}`));
    await harness.broker.publish(guests);
    await collected(20);
    await dead(10);
    expect((await inbox()).length).toBe(20);
  });
});
