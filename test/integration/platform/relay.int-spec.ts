import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { DomainEvent } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { Broker, PublishRefused } from '@app/platform/messaging/broker.js';
import type { Envelope } from '@app/platform/messaging/envelope.js';
import type { Reactions } from '@app/platform/messaging/reactions.js';
import { OutboxSignal } from '@app/platform/persistence/outbox-signal.js';
import { Relay } from '@app/platform/messaging/relay.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

class TicketPrinted extends DomainEvent<{ n: number }> {
  static readonly type = 'test.ticket-printed.v1';
}

class Machine extends AggregateRoot<AggregateState> {
  static create(): Machine {
    return new Machine({ id: newId(), version: 0 });
  }

  print(n: number): void {
    this.record(new TicketPrinted({ n }));
  }
}

/** Takes everything, unless told otherwise, and remembers it. */
class RecordingBroker extends Broker {
  readonly kind = 'postgresql';
  readonly published: Envelope[] = [];
  away = false;
  /** How often it was spoken to. */
  asked = 0;
  stuck: Promise<void> | null = null;
  refuses: (message: Envelope) => boolean = () => false;

  async publish(messages: readonly Envelope[]): Promise<ReadonlySet<string>> {
    this.asked++;
    if (this.stuck !== null) await this.stuck;
    if (this.away) throw new Error('connect ECONNREFUSED');
    const taken = messages.filter((message) => !this.refuses(message));
    if (taken.length === 0) throw new PublishRefused('message nacked');
    this.published.push(...taken);
    return new Set(taken.map(({ id }) => id));
  }

  declare(): Promise<void> {
    this.asked++;
    return this.away ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve();
  }
  consume(): void {}
  redeliver(): Promise<void> {
    return Promise.resolve();
  }
  stopConsuming(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  abandon(): void {}
  ping(): Promise<void> {
    return Promise.resolve();
  }
}

describe('The road from an aggregate to the broker', () => {
  let database: FreshDatabase;
  let platform: Platform;
  let relays: Relay[];

  beforeEach(async () => {
    database = await freshDatabase();
    platform = await startPlatform(database.url);
    relays = [];
  });
  afterEach(async () => {
    for (const relay of relays) await relay.stop();
    await platform.app.close();
    await database.drop();
  });

  const nobody = { bindings: () => [], unsubscribedTypes: () => [] } as unknown as Reactions;

  function relay(broker: Broker): Relay {
    const one = new Relay(platform.database, broker, nobody, new OutboxSignal(), platform.app.get(Settings));
    relays.push(one);
    one.start();
    return one;
  }

  async function print(machine: Machine, ...tickets: number[]): Promise<void> {
    for (const n of tickets) machine.print(n);
    await platform.app.get(Transactions).run(() => platform.app.get(Outbox).append([machine]));
  }

  async function tell(count: number): Promise<string[]> {
    const machine = Machine.create();
    await print(machine, ...Array.from({ length: count }, (_, n) => n));
    const rows = await platform.database.query<{ id: string }>('SELECT id FROM messaging.outbox WHERE subject = $1 ORDER BY position', [
      machine.id,
    ]);
    return rows.map(({ id }) => id);
  }

  const waiting = async (): Promise<number> =>
    (await platform.database.query('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL AND parked_at IS NULL')).length;
  const allPublished = (within = 15_000): Promise<unknown> =>
    until(async () => (await waiting()) === 0, { timeoutMs: within, what: 'an empty outbox' });
  const leaders = (): Promise<{ pid: number }[]> =>
    platform.database.query<{ pid: number }>(
      `SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() AND a.application_name = 'movie-reservation-relay'`,
    );
  const ids = (messages: readonly Envelope[]): string[] => messages.map(({ id }) => id);

  it('counts the events of each aggregate from one without a hole, over several changes', async () => {
    const machine = Machine.create();
    await print(machine, 1, 2);
    await print(machine, 3);
    await print(machine);
    await print(machine, 4);
    const broker = new RecordingBroker();
    relay(broker);
    await allPublished();
    expect(broker.published.map(({ sequence, subject }) => [sequence, subject])).toEqual(
      [1, 2, 3, 4].map((sequence) => [sequence, machine.id]),
    );
    expect(broker.published.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
  });

  it('takes the same count only once: two changes of one aggregate at the same moment cannot both be told', async () => {
    const machine = Machine.create();
    const twin = new Machine(machine.state);
    await print(machine, 1);
    await expect(print(twin, 2)).rejects.toThrow(/outbox_subject_sequence_key/);
  });

  it('publishes nothing of what was rolled back', async () => {
    const machine = Machine.create();
    machine.print(1);
    const rolledBack = platform.app.get(Transactions).run(async () => {
      await platform.app.get(Outbox).append([machine]);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    const told = await tell(1);
    const broker = new RecordingBroker();
    relay(broker);
    await allPublished();
    expect(ids(broker.published)).toEqual(told);
  });

  it('publishes in the order of writing, batch after batch', async () => {
    const told = [...(await tell(450)), ...(await tell(150))];
    const broker = new RecordingBroker();
    relay(broker);
    await allPublished();
    expect(ids(broker.published)).toEqual(told);
  });

  it('is walked by one relay at a time', async () => {
    const brokers = [new RecordingBroker(), new RecordingBroker(), new RecordingBroker()];
    for (const broker of brokers) relay(broker);
    await until(async () => (await leaders()).length === 1, { timeoutMs: 5_000, what: 'a leader' });
    const told: string[] = [];
    for (let round = 0; round < 10; round++) told.push(...(await tell(30)));
    await allPublished();
    expect(brokers.filter(({ published }) => published.length > 0)).toHaveLength(1);
    expect(ids(brokers.flatMap(({ published }) => published))).toEqual(told);
    expect(await leaders()).toHaveLength(1);
  });

  it('would be walked by several, each publishing everything, without the lock', async () => {
    const told = await tell(3);
    const brokers = [new RecordingBroker(), new RecordingBroker()];
    const release = Promise.withResolvers<void>();
    // Both have read the same rows before either has marked them.
    for (const broker of brokers) {
      broker.stuck = release.promise;
      const lawless = new Relay(platform.database, broker, nobody, new OutboxSignal(), platform.app.get(Settings));
      jest.spyOn(lawless as unknown as { becomeLeader(): Promise<boolean> }, 'becomeLeader').mockResolvedValue(true);
      relays.push(lawless);
      lawless.start();
    }
    await until(() => brokers.every(({ asked }) => asked >= 2), { timeoutMs: 5_000, what: 'both to have the rows in hand' });
    release.resolve();
    await allPublished();
    for (const { published } of brokers) expect(ids(published)).toEqual(told);
  });

  it('loses nothing and repeats nothing for good when the leader’s connection is killed', async () => {
    const brokers = [new RecordingBroker(), new RecordingBroker()];
    for (const broker of brokers) relay(broker);
    const told: string[] = [];
    for (let round = 0; round < 3; round++) {
      const [leader] = await until(
        async () => {
          const found = await leaders();
          return found.length === 1 ? found : undefined;
        },
        { timeoutMs: 8_000, what: 'a leader' },
      );
      told.push(...(await tell(40)));
      await platform.database.query('SELECT pg_terminate_backend($1)', [leader!.pid]);
      told.push(...(await tell(40)));
    }
    await allPublished();
    // At least once on the wire; the inbox sorts out the rest.
    expect(new Set(ids(brokers.flatMap(({ published }) => published)))).toEqual(new Set(told));
    const [{ n }] = (await platform.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM messaging.outbox WHERE attempts > 0',
    )) as [{ n: number }];
    expect(n).toBe(0);
  }, 60_000);

  it('goes on with another relay when the leader is frozen', async () => {
    const frozen = new RecordingBroker();
    const thaw = Promise.withResolvers<void>();
    frozen.stuck = thaw.promise;
    relay(frozen);
    await until(async () => (await leaders()).length === 1, { timeoutMs: 5_000, what: 'the leader that will freeze' });
    const told = await tell(5);
    const broker = new RecordingBroker();
    relay(broker);
    // The server drops who said nothing for ten seconds; the lock goes with the connection.
    await allPublished(20_000);
    expect(ids(broker.published)).toEqual(told);
    thaw.resolve();
    // What it had in hand it publishes once more; it does not lead any longer.
    await until(() => frozen.published.length === 5, { timeoutMs: 5_000, what: 'the thawed one to finish its batch' });
    expect(await leaders()).toHaveLength(1);
    const later = await tell(5);
    await allPublished();
    expect(ids(broker.published)).toEqual([...told, ...later]);
  }, 60_000);

  it('puts a row aside that is refused again and again, and tells an operator; its neighbours go on', async () => {
    const lines: unknown[] = [];
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void lines.push(line));
    try {
      const told = await tell(7);
      const poison = told[3]!;
      const broker = new RecordingBroker();
      broker.refuses = ({ id }) => id === poison;
      relay(broker);
      await allPublished(30_000);
      const later = await tell(2);
      await allPublished();
      expect(ids(broker.published)).toEqual([...told.filter((id) => id !== poison), ...later]);
      expect(await platform.database.query('SELECT id, attempts FROM messaging.outbox WHERE parked_at IS NOT NULL')).toEqual([
        { id: poison, attempts: 10 },
      ]);
      expect(lines).toContainEqual({ alert: 'outbox-row-parked', id: poison, type: 'test.ticket-printed.v1' });
    } finally {
      error.mockRestore();
    }
  }, 60_000);

  it('keeps everything while the broker is away, blames no row for it, and drains when it is back', async () => {
    const broker = new RecordingBroker();
    broker.away = true;
    relay(broker);
    const told = [...(await tell(10)), ...(await tell(300))];
    await until(() => broker.asked >= 4, { timeoutMs: 20_000, what: 'a few tries' });
    expect(await waiting()).toBe(310);
    broker.away = false;
    await allPublished(20_000);
    expect(ids(broker.published)).toEqual(told);
    expect(await platform.database.query('SELECT 1 FROM messaging.outbox WHERE attempts > 0')).toEqual([]);
  }, 60_000);
});
