import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { Settings } from '@app/platform/config/settings.js';
import type { Broker } from '@app/platform/messaging/broker.js';
import type { Reactions } from '@app/platform/messaging/reactions.js';
import { OutboxSignal } from '@app/platform/persistence/outbox-signal.js';
import { Relay } from '@app/platform/messaging/relay.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { startFreezableProxy } from '../../support/freezable-proxy.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { Machine, RecordingBroker, ids } from './relay-harness.js';

describe('The relay', () => {
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

  const noReactions = { bindings: () => [], unsubscribedTypes: () => [] } as unknown as Reactions;

  function relay(broker: Broker): Relay {
    const starting = new Relay(platform.database, broker, noReactions, new OutboxSignal(platform.database), platform.app.get(Settings));
    relays.push(starting);
    starting.start();
    return starting;
  }

  async function print(machine: Machine, ...tickets: number[]): Promise<void> {
    for (const n of tickets) machine.print(n);
    await platform.app.get(Transactions).run(() => platform.app.get(Outbox).append([machine]));
  }

  async function publishFacts(count: number): Promise<string[]> {
    const machine = Machine.create();
    await print(machine, ...Array.from({ length: count }, (_, n) => n));
    const rows = await platform.database.query<{ id: string }>('SELECT id FROM messaging.outbox WHERE subject = $1 ORDER BY position', [
      machine.id,
    ]);
    return rows.map(({ id }) => id);
  }

  const waiting = async (): Promise<number> =>
    (await platform.database.query('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL AND parked_at IS NULL')).length;
  const allPublished = (): Promise<unknown> => until(async () => (await waiting()) === 0, { what: 'an empty outbox' });
  const leaders = (): Promise<{ pid: number }[]> =>
    platform.database.query<{ pid: number }>(
      `SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() AND a.application_name = 'movie-reservation-relay'`,
    );

  it('events of an aggregate are numbered from 1 without a gap', async () => {
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

  /** A relay that waits for signals alone, however long none comes. */
  function relayWithoutPolls(broker: Broker): void {
    const waiter = relay(broker) as unknown as { waitForWork(woken: Promise<void>): Promise<void> };
    vi.spyOn(waiter, 'waitForWork').mockImplementation((woken) => woken);
  }

  it('each event of another process is published on its signal, without a poll', async () => {
    const broker = new RecordingBroker();
    relayWithoutPolls(broker);
    const written: string[] = [];
    for (let i = 0; i < 5; i++) {
      written.push(...(await publishFacts(1)));
      await allPublished();
    }
    expect(ids(broker.published)).toEqual(written);
    const notify = vi.spyOn(platform.app.get(OutboxSignal), 'notify').mockImplementation(() => undefined);
    // The signal of an event before may come late, and one of these is published with it: not each.
    const isLeft = async (): Promise<boolean> => {
      written.push(...(await publishFacts(1)));
      await pause(500);
      return (await waiting()) === 1;
    };
    await until(isLeft, { what: 'an event that waits for its signal' });
    notify.mockRestore();
    platform.app.get(OutboxSignal).notify();
    await allPublished();
    expect(ids(broker.published)).toEqual(written);
  }, 60_000);

  it('events whose signals were lost are published by polls', async () => {
    const broker = new RecordingBroker();
    relay(broker);
    await until(async () => (await leaders()).length === 1, { what: 'a leader' });
    const notify = vi.spyOn(platform.app.get(OutboxSignal), 'notify').mockImplementation(() => undefined);
    for (let i = 0; i < 3; i++) {
      await publishFacts(1);
      await allPublished();
    }
    notify.mockRestore();
  });

  it('two changes of one aggregate at once cannot both be written', async () => {
    const machine = Machine.create();
    const twin = new Machine(machine.state);
    await print(machine, 1);
    await expect(print(twin, 2)).rejects.toThrow(/outbox_subject_sequence_key/);
  });

  it('events that were rolled back are not published', async () => {
    const machine = Machine.create();
    machine.print(1);
    const rolledBack = platform.app.get(Transactions).run(async () => {
      await platform.app.get(Outbox).append([machine]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    const written = await publishFacts(1);
    const broker = new RecordingBroker();
    relay(broker);
    await allPublished();
    expect(ids(broker.published)).toEqual(written);
  });

  it('events are published in the order of writing, batch after batch', async () => {
    const written = [...(await publishFacts(450)), ...(await publishFacts(150))];
    const broker = new RecordingBroker();
    relay(broker);
    await allPublished();
    expect(ids(broker.published)).toEqual(written);
  });

  it('one relay publishes at a time', async () => {
    const brokers = [new RecordingBroker(), new RecordingBroker(), new RecordingBroker()];
    for (const broker of brokers) relay(broker);
    await until(async () => (await leaders()).length === 1, { what: 'a leader' });
    const written: string[] = [];
    for (let round = 0; round < 10; round++) written.push(...(await publishFacts(30)));
    await allPublished();
    expect(brokers.filter(({ published }) => published.length > 0)).toHaveLength(1);
    expect(ids(brokers.flatMap(({ published }) => published))).toEqual(written);
    expect(await leaders()).toHaveLength(1);
  });

  it('without the lock every relay publishes everything', async () => {
    const written = await publishFacts(3);
    const brokers = [new RecordingBroker(), new RecordingBroker()];
    const unblocked = Promise.withResolvers<void>();
    // Both have read the same rows before either has marked them.
    for (const broker of brokers) {
      broker.blockedBy = unblocked.promise;
      const unlocked = new Relay(platform.database, broker, noReactions, new OutboxSignal(platform.database), platform.app.get(Settings));
      vi.spyOn(unlocked as unknown as { becomeLeader(): Promise<boolean> }, 'becomeLeader').mockResolvedValue(true);
      relays.push(unlocked);
      unlocked.start();
    }
    await until(() => brokers.every(({ calls }) => calls >= 2), { what: 'both to have read the rows' });
    unblocked.resolve();
    await allPublished();
    for (const { published } of brokers) expect(ids(published)).toEqual(written);
  });

  it('nothing is lost when the connection of the leader is killed', async () => {
    const brokers = [new RecordingBroker(), new RecordingBroker()];
    for (const broker of brokers) relay(broker);
    const written: string[] = [];
    for (let round = 0; round < 3; round++) {
      const [leader] = await until(
        async () => {
          const found = await leaders();
          return found.length === 1 ? found : undefined;
        },
        { what: 'a leader' },
      );
      written.push(...(await publishFacts(40)));
      await platform.database.query('SELECT pg_terminate_backend($1)', [leader!.pid]);
      written.push(...(await publishFacts(40)));
    }
    await allPublished();
    // Each is published at least once; the inbox makes a repetition harmless.
    expect(new Set(ids(brokers.flatMap(({ published }) => published)))).toEqual(new Set(written));
    const [{ n }] = (await platform.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM messaging.outbox WHERE attempts > 0',
    )) as [{ n: number }];
    expect(n).toBe(0);
  }, 60_000);

  it('another relay continues when the leader is frozen', async () => {
    const frozen = new RecordingBroker();
    const thaw = Promise.withResolvers<void>();
    frozen.blockedBy = thaw.promise;
    relay(frozen);
    await until(async () => (await leaders()).length === 1, { what: 'the leader that will freeze' });
    const written = await publishFacts(5);
    const broker = new RecordingBroker();
    relay(broker);
    // The server closes a connection that is silent for ten seconds, and the lock ends with it.
    await allPublished();
    expect(ids(broker.published)).toEqual(written);
    thaw.resolve();
    // It publishes its batch once more and is no longer the leader.
    await until(() => frozen.published.length === 5, { what: 'the thawed relay to finish its batch' });
    expect(await leaders()).toHaveLength(1);
    const later = await publishFacts(5);
    await allPublished();
    expect(ids(broker.published)).toEqual([...written, ...later]);
  }, 60_000);

  it('a relay whose database is gone without a word leads again with the next one', async () => {
    const address = new URL(database.url);
    const proxy = await startFreezableProxy({ host: address.hostname, port: Number(address.port) });
    const direct = platform.app.get(Settings);
    address.hostname = '127.0.0.1';
    address.port = String(proxy.port);
    const settings = { ...direct, database: { ...direct.database, directUrl: address.href } } as Settings;
    const broker = new RecordingBroker();
    const starting = new Relay(platform.database, broker, noReactions, new OutboxSignal(platform.database), settings);
    relays.push(starting);
    starting.start();
    const [leader] = await until(async () => ((await leaders()).length === 1 ? leaders() : undefined), { what: 'a leader' });
    proxy.freeze();
    // The statement that is lost is one of the pool: the connection of the leader has none under way, so that nothing cuts it.
    const prepared = vi.spyOn(platform.database, 'prepared').mockRejectedValueOnce(new Error('Connection terminated unexpectedly'));
    await until(() => prepared.mock.calls.length > 0, { what: 'a statement to fail' });
    await platform.database.query('SELECT pg_terminate_backend($1)', [leader!.pid]);
    const written = await publishFacts(3);
    await allPublished();
    expect(ids(broker.published)).toEqual(written);
    prepared.mockRestore();
    await starting.stop();
    await proxy.close();
  }, 60_000);

  it('while the broker is away rows are kept and not counted as refused', async () => {
    const broker = new RecordingBroker();
    broker.isAway = true;
    relay(broker);
    const written = [...(await publishFacts(10)), ...(await publishFacts(300))];
    await until(() => broker.calls >= 4, { what: 'a few calls' });
    expect(await waiting()).toBe(310);
    broker.isAway = false;
    await allPublished();
    expect(ids(broker.published)).toEqual(written);
    expect(await platform.database.query('SELECT 1 FROM messaging.outbox WHERE attempts > 0')).toEqual([]);
  }, 60_000);
});
