/** What every broker must do. Runs against RabbitMQ and against the broker kept in PostgreSQL. */
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

interface BrokerUnderTest {
  readonly broker: Broker;
  /** Stops without a word, as a killed process does. */
  crash(): Promise<void>;
}

interface BrokerOptions {
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
  readonly leaseMs: number;
}

interface BrokerFixture {
  open(options: BrokerOptions, storeDeadLetter: StoreDeadLetter): BrokerUnderTest;
  /** The number of messages that found no queue. */
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

export function describeBroker(name: string, newFixture: () => Promise<BrokerFixture>): void {
  describe(`Broker on ${name}`, () => {
    let fixture: BrokerFixture;
    let opened: BrokerUnderTest[];
    let deadLetters: DeadLetter[];

    beforeEach(async () => {
      fixture = await newFixture();
      opened = [];
      deadLetters = [];
    });
    afterEach(async () => {
      for (const { broker } of opened) await broker.close();
      await fixture.close();
    });

    function open(options: Partial<BrokerOptions> = {}): BrokerUnderTest {
      const opening = fixture.open({ prefetch: 20, retryDelaysMs: [50, 150], leaseMs: 30_000, ...options }, (letter) => {
        deadLetters.push(letter);
        return Promise.resolve();
      });
      opened.push(opening);
      return opening;
    }

    async function declared(options: Partial<BrokerOptions> = {}): Promise<BrokerUnderTest> {
      const declaring = open(options);
      await declaring.broker.declare(bindings);
      return declaring;
    }

    /** Consumes everything and keeps it. */
    function consume(
      broker: Broker,
      outcome: (delivery: Delivery) => Outcome | Promise<Outcome> = () => ({ kind: 'acknowledge' }),
    ): Delivery[] {
      const seen: Delivery[] = [];
      broker.consume(bindings, async (delivery) => {
        seen.push(delivery);
        return outcome(delivery);
      });
      return seen;
    }

    const idOf = ({ body }: Delivery): string => (JSON.parse(body) as Envelope).id;
    const inQueue = (seen: Delivery[], queue: string): Delivery[] => seen.filter((delivery) => delivery.queue === queue);

    it('an event is delivered whole to every queue of its type and to no other', async () => {
      const { broker } = await declared();
      const seen = consume(broker);
      const event = fact();
      await broker.publish([event]);
      await until(() => seen.length >= 2, { what: 'both deliveries' });
      expect(seen.map(({ queue }) => queue).sort()).toEqual([SEATS, MAIL].sort());
      expect(JSON.parse(seen[0]!.body)).toEqual(event);
      expect(seen[0]!.attempts).toBe(0);
    });

    it('publish returns the ids of the confirmed events', async () => {
      const { broker } = await declared();
      const events = [fact(), fact(), fact('test.other-fact.v1')];
      const { confirmed, refused } = await broker.publish(events);
      expect([...confirmed].sort()).toEqual(events.map(({ id }) => id).sort());
      expect(refused).toEqual(new Set());
    });

    it('an event is kept until a consumer comes', async () => {
      const first = await declared();
      const event = fact();
      await first.broker.publish([event]);
      await first.broker.close();
      const second = open();
      const seen = consume(second.broker);
      await until(() => inQueue(seen, SEATS).length === 1, { what: 'the kept event' });
      expect(idOf(seen[0]!)).toBe(event.id);
    });

    it('an event without a queue is confirmed and kept as unrouted', async () => {
      const { broker } = await declared();
      const event = fact('test.unbound.v1');
      expect((await broker.publish([event])).confirmed).toEqual(new Set([event.id]));
      expect(await until(async () => (await fixture.unrouted()) || undefined, { what: 'the unrouted event' })).toBe(1);
      expect(await broker.unroutedCount()).toBe(1);
    });

    it('an event without a subscription of this system is confirmed and not kept', async () => {
      const { broker } = open();
      await broker.declare(bindings, ['test.for-others.v1']);
      expect((await broker.publish([fact('test.for-others.v1'), fact('test.unbound.v1')])).confirmed.size).toBe(2);
      expect(await until(async () => (await fixture.unrouted()) || undefined, { what: 'the unrouted event' })).toBe(1);
    });

    it('a failed delivery is retried after each delay, in its queue alone', async () => {
      const { broker } = await declared();
      const seen = consume(broker, ({ queue, attempts }) =>
        queue === SEATS && attempts < 2 ? { kind: 'retry', reason: 'not yet' } : { kind: 'acknowledge' },
      );
      await broker.publish([fact()]);
      await until(() => inQueue(seen, SEATS).length === 3, { what: 'the third attempt' });
      expect(inQueue(seen, SEATS).map(({ attempts }) => attempts)).toEqual([0, 1, 2]);
      expect(inQueue(seen, MAIL)).toHaveLength(1);
      expect(deadLetters).toEqual([]);
    });

    it('a delivery that fails after the last delay becomes a dead letter', async () => {
      const { broker } = await declared();
      const event = fact('test.other-fact.v1');
      consume(broker, () => ({ kind: 'retry', reason: 'never works' }));
      await broker.publish([event]);
      await until(() => deadLetters.length === 1, { what: 'the dead letter' });
      expect(deadLetters[0]).toMatchObject({ queue: OTHER, messageId: event.id, reason: 'never works', attempts: 3 });
      expect(JSON.parse(deadLetters[0]!.body)).toEqual(event);
    });

    it('a delivery that can never work becomes a dead letter at once', async () => {
      const { broker } = await declared();
      const seen = consume(broker, () => ({ kind: 'dead-letter', reason: 'a rule says no' }));
      await broker.publish([fact('test.other-fact.v1')]);
      await until(() => deadLetters.length === 1, { what: 'the dead letter' });
      expect(deadLetters[0]).toMatchObject({ queue: OTHER, reason: 'a rule says no', attempts: 1 });
      expect(seen).toHaveLength(1);
    });

    it('a dead letter returns to its queue as a new message', async () => {
      const { broker } = await declared();
      let works = false;
      const seen = consume(broker, () => (works ? { kind: 'acknowledge' } : { kind: 'dead-letter', reason: 'not now' }));
      const event = fact('test.other-fact.v1');
      await broker.publish([event]);
      const [letter] = await until(() => (deadLetters.length === 1 ? deadLetters : undefined), { what: 'the dead letter' });
      works = true;
      await broker.redeliver(letter!.queue, letter!.messageId, letter!.body);
      await until(() => seen.length === 2, { what: 'the message sent back' });
      expect(idOf(seen[1]!)).toBe(event.id);
      expect(seen[1]!.attempts).toBe(0);
    });

    it('a message for a missing queue is refused', async () => {
      const { broker } = await declared();
      const seen = consume(broker);
      const { id } = fact();
      await expect(broker.redeliver('test.no-such-queue', id, '{}')).rejects.toThrow(QueueMissing);
      await broker.redeliver(OTHER, id, '{}');
      await until(() => seen.length === 1, { what: 'the message that had a queue' });
      expect(seen[0]!.queue).toBe(OTHER);
    });

    it('a requeued delivery goes to another consumer and counts no attempt', async () => {
      const first = await declared();
      const ending = Promise.withResolvers<void>();
      const seenFirst = consume(first.broker, async () => {
        await ending.promise;
        return { kind: 'requeue' };
      });
      await first.broker.publish([fact('test.other-fact.v1')]);
      await until(() => seenFirst.length === 1, { what: 'the first delivery' });
      const stopped = first.broker.stopConsuming();
      ending.resolve();
      await stopped;
      const seen = consume(open().broker);
      await until(() => seen.length === 1, { what: 'the delivery to the second' });
      expect(seen[0]!.attempts).toBe(0);
    });

    it('a delivery in progress in a killed consumer goes to another', async () => {
      const first = await declared({ leaseMs: 800 });
      const seenFirst = consume(first.broker, () => new Promise<Outcome>(() => undefined));
      const event = fact('test.other-fact.v1');
      await first.broker.publish([event]);
      await until(() => seenFirst.length >= 1, { what: 'the delivery to the consumer that crashes' });
      await first.crash();
      opened.splice(opened.indexOf(first), 1);
      const seen = consume(open().broker);
      await until(() => seen.length === 1, { what: 'the delivery to the survivor' });
      expect(idOf(seen[0]!)).toBe(event.id);
    });

    it('stopConsuming waits for deliveries in progress', async () => {
      const { broker } = await declared();
      let finish: () => void = () => undefined;
      let isFinished = false;
      const seen = consume(broker, async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        isFinished = true;
        return { kind: 'acknowledge' };
      });
      await broker.publish([fact('test.other-fact.v1')]);
      await until(() => seen.length === 1, { what: 'the delivery' });
      const stopped = broker.stopConsuming();
      finish();
      await stopped;
      expect(isFinished).toBe(true);
    });

    it('no more than the prefetch is delivered at once, and all in the end', async () => {
      const { broker } = await declared({ prefetch: 3 });
      let inProgress = 0;
      let max = 0;
      const seen = consume(broker, async () => {
        max = Math.max(max, ++inProgress);
        await new Promise((resolve) => setImmediate(resolve));
        inProgress--;
        return { kind: 'acknowledge' };
      });
      const events = Array.from({ length: 40 }, () => fact('test.other-fact.v1'));
      await broker.publish(events);
      await until(() => seen.length >= 40, { what: 'all deliveries' });
      expect(max).toBeLessThanOrEqual(3);
      expect(new Set(seen.map(idOf))).toEqual(new Set(events.map(({ id }) => id)));
    });

    it('two consumers share a queue, and each message is delivered once', async () => {
      const one = await declared();
      const two = open();
      const seen = [consume(one.broker), consume(two.broker)];
      const events = Array.from({ length: 60 }, () => fact('test.other-fact.v1'));
      await one.broker.publish(events);
      const all = (): Delivery[] => seen.flat();
      await until(() => all().length >= 60, { what: 'all deliveries' });
      expect(all().map(idOf).sort()).toEqual(events.map(({ id }) => id).sort());
    });

    it('a queue whose reaction is gone takes no events and goes once empty', async () => {
      const { broker } = await declared();
      const [gone] = bindings.filter(({ queue }) => queue === OTHER);
      await broker.publish([fact('test.other-fact.v1')]);
      expect(await broker.unbind(gone!)).toBe(false);
      await broker.publish([fact('test.other-fact.v1')]);
      expect(await until(async () => (await fixture.unrouted()) || undefined, { what: 'the unrouted event' })).toBe(1);
      const seen = consume(broker);
      await until(() => seen.length === 1, { what: 'the event that was left' });
      await broker.stopConsuming();
      await until(() => broker.unbind(gone!), { what: 'the queue to be empty' });
      await expect(broker.redeliver(OTHER, newId(), '{}')).rejects.toThrow(QueueMissing);
    });

    it('a ping is answered', async () => {
      await expect(open().broker.ping()).resolves.toBeUndefined();
    });
  });
}
