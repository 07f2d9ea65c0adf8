/** What every broker behind the port must do; run against RabbitMQ and against the broker kept in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import {
  type Broker,
  type StoreDeadLetter,
  type DeadLetter,
  type Delivery,
  type Outcome,
  QueueMissing,
} from '@app/platform/messaging/broker.js';
import { type Envelope, envelopeOf } from '@app/platform/messaging/envelope.js';
import { until } from '../../support/until.js';

export interface BrokerUnderTest {
  readonly broker: Broker;
  /** Lets go of everything without a word, as a killed process does. */
  die(): Promise<void>;
}

export interface BrokerOptions {
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
  readonly leaseMs: number;
}

export interface BrokerPlace {
  open(options: BrokerOptions, bury: StoreDeadLetter): BrokerUnderTest;
  /** How many messages wait where no queue was bound. */
  unrouted(): Promise<number>;
  close(): Promise<void>;
}

export const SEATS = 'test.keep-seats';
export const MAIL = 'test.send-mail';
export const OTHER = 'test.count-others';
const bindings = [
  { queue: SEATS, type: 'test.seats-held.v1' },
  { queue: MAIL, type: 'test.seats-held.v1' },
  { queue: OTHER, type: 'test.other-fact.v1' },
];
const WAIT = { timeoutMs: 15_000 };

function fact(type = 'test.seats-held.v1'): Envelope {
  return envelopeOf({
    id: newId(),
    type,
    subject: newId(),
    sequence: 1,
    time: new Date(),
    correlationId: 'request-1',
    data: { seats: ['A1'] },
  });
}

export function describeBroker(name: string, place: () => Promise<BrokerPlace>): void {
  describe(`The broker port on ${name}`, () => {
    let here: BrokerPlace;
    let opened: BrokerUnderTest[];
    let buried: DeadLetter[];

    beforeEach(async () => {
      here = await place();
      opened = [];
      buried = [];
    });
    afterEach(async () => {
      for (const { broker } of opened) await broker.close();
      await here.close();
    });

    function open(options: Partial<BrokerOptions> = {}): BrokerUnderTest {
      const one = here.open({ prefetch: 20, retryDelaysMs: [50, 150], leaseMs: 800, ...options }, (letter) => {
        buried.push(letter);
        return Promise.resolve();
      });
      opened.push(one);
      return one;
    }

    async function declared(options: Partial<BrokerOptions> = {}): Promise<BrokerUnderTest> {
      const one = open(options);
      await one.broker.declare(bindings);
      return one;
    }

    /** Consumes everything and remembers it. */
    function listen(broker: Broker, outcome: (delivery: Delivery) => Outcome | Promise<Outcome> = () => ({ kind: 'done' })): Delivery[] {
      const seen: Delivery[] = [];
      broker.consume(bindings, async (delivery) => {
        seen.push(delivery);
        return outcome(delivery);
      });
      return seen;
    }

    const idOf = ({ body }: Delivery): string => (JSON.parse(body) as Envelope).id;
    const inQueue = (seen: Delivery[], queue: string): Delivery[] => seen.filter((delivery) => delivery.queue === queue);

    it('brings an event to every queue bound to its type, whole, and to no other', async () => {
      const { broker } = await declared();
      const seen = listen(broker);
      const event = fact();
      await broker.publish([event]);
      await until(() => seen.length >= 2, { ...WAIT, what: 'both deliveries' });
      expect(seen.map(({ queue }) => queue).sort()).toEqual([SEATS, MAIL].sort());
      expect(JSON.parse(seen[0]!.body)).toEqual(event);
      expect(seen[0]!.attempts).toBe(0);
    });

    it('answers the ids it has taken responsibility for', async () => {
      const { broker } = await declared();
      const events = [fact(), fact(), fact('test.other-fact.v1')];
      expect([...(await broker.publish(events))].sort()).toEqual(events.map(({ id }) => id).sort());
    });

    it('keeps events while nobody consumes', async () => {
      const first = await declared();
      const event = fact();
      await first.broker.publish([event]);
      await first.broker.close();
      const second = open();
      const seen = listen(second.broker);
      await until(() => inQueue(seen, SEATS).length === 1, { ...WAIT, what: 'the kept event' });
      expect(idOf(seen[0]!)).toBe(event.id);
    });

    it('confirms an event nobody is bound to and keeps it where it can be seen', async () => {
      const { broker } = await declared();
      const event = fact('test.nobody-cares.v1');
      expect(await broker.publish([event])).toEqual(new Set([event.id]));
      expect(await until(async () => (await here.unrouted()) || undefined, { ...WAIT, what: 'the unrouted event' })).toBe(1);
    });

    it('keeps no event that is for subscribers from outside only', async () => {
      const { broker } = open();
      await broker.declare(bindings, ['test.for-others.v1']);
      expect((await broker.publish([fact('test.for-others.v1'), fact('test.nobody-cares.v1')])).size).toBe(2);
      expect(await until(async () => (await here.unrouted()) || undefined, { ...WAIT, what: 'the unrouted event' })).toBe(1);
    });

    it('tries a failed delivery again after each delay, only in its own queue, and counts', async () => {
      const { broker } = await declared();
      const seen = listen(broker, ({ queue, attempts }) =>
        queue === SEATS && attempts < 2 ? { kind: 'retry', reason: 'not yet' } : { kind: 'done' },
      );
      await broker.publish([fact()]);
      await until(() => inQueue(seen, SEATS).length === 3, { ...WAIT, what: 'the third attempt' });
      expect(inQueue(seen, SEATS).map(({ attempts }) => attempts)).toEqual([0, 1, 2]);
      expect(inQueue(seen, MAIL)).toHaveLength(1);
      expect(buried).toEqual([]);
    });

    it('buries what failed after the last delay, with its origin, reason and attempts', async () => {
      const { broker } = await declared();
      const event = fact('test.other-fact.v1');
      listen(broker, () => ({ kind: 'retry', reason: 'never works' }));
      await broker.publish([event]);
      await until(() => buried.length === 1, { ...WAIT, what: 'the dead letter' });
      expect(buried[0]).toMatchObject({ queue: OTHER, messageId: event.id, reason: 'never works', attempts: 3 });
      expect(JSON.parse(buried[0]!.body)).toEqual(event);
    });

    it('buries at once what can never work', async () => {
      const { broker } = await declared();
      const seen = listen(broker, () => ({ kind: 'dead', reason: 'a rule says no' }));
      await broker.publish([fact('test.other-fact.v1')]);
      await until(() => buried.length === 1, { ...WAIT, what: 'the dead letter' });
      expect(buried[0]).toMatchObject({ queue: OTHER, reason: 'a rule says no', attempts: 1 });
      expect(seen).toHaveLength(1);
    });

    it('brings a buried message back into its queue as new', async () => {
      const { broker } = await declared();
      let works = false;
      const seen = listen(broker, () => (works ? { kind: 'done' } : { kind: 'dead', reason: 'not now' }));
      const event = fact('test.other-fact.v1');
      await broker.publish([event]);
      const [letter] = await until(() => (buried.length === 1 ? buried : undefined), { ...WAIT, what: 'the dead letter' });
      works = true;
      await broker.redeliver(letter!.queue, letter!.messageId, letter!.body);
      await until(() => seen.length === 2, { ...WAIT, what: 'the message sent back' });
      expect(idOf(seen[1]!)).toBe(event.id);
      expect(seen[1]!.attempts).toBe(0);
    });

    it('brings nothing back into a queue that is not there, and says so', async () => {
      const { broker } = await declared();
      const seen = listen(broker);
      const { id } = fact();
      await expect(broker.redeliver('test.no-such-queue', id, '{}')).rejects.toThrow(QueueMissing);
      await broker.redeliver(OTHER, id, '{}');
      await until(() => seen.length === 1, { ...WAIT, what: 'the message that had a queue' });
      expect(seen[0]!.queue).toBe(OTHER);
    });

    it('gives a released delivery to somebody else without counting an attempt', async () => {
      const first = await declared();
      const seenFirst = listen(first.broker, () => ({ kind: 'release' }));
      await first.broker.publish([fact('test.other-fact.v1')]);
      await until(() => seenFirst.length > 0, { ...WAIT, what: 'the first delivery' });
      await first.broker.stopConsuming();
      const seen = listen(open().broker);
      await until(() => seen.length === 1, { ...WAIT, what: 'the delivery to the second' });
      expect(seen[0]!.attempts).toBe(0);
    });

    it('gives what a killed consumer had in hand to another', async () => {
      const first = await declared();
      const seenFirst = listen(first.broker, () => new Promise<Outcome>(() => undefined));
      const event = fact('test.other-fact.v1');
      await first.broker.publish([event]);
      await until(() => seenFirst.length === 1, { ...WAIT, what: 'the delivery to the one that dies' });
      await first.die();
      opened.splice(opened.indexOf(first), 1);
      const seen = listen(open().broker);
      await until(() => seen.length === 1, { ...WAIT, what: 'the delivery to the survivor' });
      expect(idOf(seen[0]!)).toBe(event.id);
    });

    it('waits for what is in hand when it stops', async () => {
      const { broker } = await declared();
      let finish: () => void = () => undefined;
      let finished = false;
      const seen = listen(broker, async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        finished = true;
        return { kind: 'done' };
      });
      await broker.publish([fact('test.other-fact.v1')]);
      await until(() => seen.length === 1, { ...WAIT, what: 'the delivery' });
      const stopped = broker.stopConsuming();
      finish();
      await stopped;
      expect(finished).toBe(true);
    });

    it('gives no more at once than the prefetch allows, and everything in the end', async () => {
      const { broker } = await declared({ prefetch: 3 });
      let inHand = 0;
      let most = 0;
      const seen = listen(broker, async () => {
        most = Math.max(most, ++inHand);
        await new Promise((resolve) => setImmediate(resolve));
        inHand--;
        return { kind: 'done' };
      });
      const events = Array.from({ length: 40 }, () => fact('test.other-fact.v1'));
      await broker.publish(events);
      await until(() => seen.length === 40, { ...WAIT, what: 'all deliveries' });
      expect(most).toBeLessThanOrEqual(3);
      expect(new Set(seen.map(idOf))).toEqual(new Set(events.map(({ id }) => id)));
    });

    it('shares a queue between consumers without giving a message to both', async () => {
      const one = await declared();
      const two = open();
      const seen = [listen(one.broker), listen(two.broker)];
      const events = Array.from({ length: 60 }, () => fact('test.other-fact.v1'));
      await one.broker.publish(events);
      const all = (): Delivery[] => seen.flat();
      await until(() => all().length >= 60, { ...WAIT, what: 'all deliveries' });
      expect(all().map(idOf).sort()).toEqual(events.map(({ id }) => id).sort());
    });

    it('answers a ping', async () => {
      await expect(open().broker.ping()).resolves.toBeUndefined();
    });
  });
}
