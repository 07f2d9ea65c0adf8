import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { Settings } from '@app/platform/config/settings.js';
import type { Reactions } from '@app/platform/messaging/reactions.js';
import { Relay } from '@app/platform/messaging/relay.js';
import { OutboxSignal } from '@app/platform/persistence/outbox-signal.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { Machine, RecordingBroker, ids } from './relay-harness.js';

const PARK_AFTER_MS = 3_000;

describe('Events that the broker refuses', () => {
  let database: FreshDatabase;
  let platform: Platform;
  let relay: Relay;
  let broker: RecordingBroker;
  let alerts: unknown[];

  beforeEach(async () => {
    database = await freshDatabase();
    platform = await startPlatform(database.url, { OUTBOX_PARK_AFTER_MS: String(PARK_AFTER_MS) });
    broker = new RecordingBroker();
    const noReactions = { bindings: () => [], unsubscribedTypes: () => [] } as unknown as Reactions;
    relay = new Relay(platform.database, broker, noReactions, new OutboxSignal(platform.database), platform.app.get(Settings));
    alerts = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void alerts.push(line));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await relay.stop();
    await platform.app.close();
    await database.drop();
  });

  async function write(count: number): Promise<string[]> {
    const machine = Machine.create();
    for (let n = 0; n < count; n++) machine.print(n);
    await platform.app.get(Transactions).run(() => platform.app.get(Outbox).append([machine]));
    const rows = await platform.database.query<{ id: string }>('SELECT id FROM messaging.outbox WHERE subject = $1 ORDER BY position', [
      machine.id,
    ]);
    return rows.map(({ id }) => id);
  }

  const parked = async (): Promise<string[]> =>
    (await platform.database.query<{ id: string }>('SELECT id FROM messaging.outbox WHERE parked_at IS NOT NULL')).map(({ id }) => id);
  const published = (count: number): Promise<unknown> =>
    until(() => broker.published.length >= count, { what: `${count} published events` });
  /** Writes an event a moment, so that others pass beside the refused one. */
  const writeUntil = (condition: () => Promise<boolean>): Promise<unknown> =>
    until(async () => (await condition()) || (await write(1), false), { intervalMs: 200, what: 'the condition' });

  it('a refused event holds up no other, and is parked with an alert in time', async () => {
    const written = await write(7);
    const poison = written[3]!;
    broker.refuses = ({ id }) => id === poison;
    relay.start();
    await published(6);
    expect(ids(broker.published)).toEqual(written.filter((id) => id !== poison));
    await writeUntil(async () => (await parked()).length > 0);
    expect(await parked()).toEqual([poison]);
    const [row] = await platform.database.query<{ refusedMs: number }>(
      'SELECT extract(epoch FROM parked_at - refused_since)::float8 * 1000 AS refused_ms FROM messaging.outbox WHERE id = $1',
      [poison],
    );
    expect(row!.refusedMs).toBeGreaterThanOrEqual(PARK_AFTER_MS);
    expect(alerts).toContainEqual({ alert: 'outbox-row-parked', id: poison, type: 'test.ticket-printed.v1', attempts: expect.any(Number) });
  }, 60_000);

  it('a broker that refuses everything parks nothing', async () => {
    broker.refuses = () => true;
    const written = await write(3);
    relay.start();
    const since = Date.now();
    await until(() => Date.now() - since > 2 * PARK_AFTER_MS && broker.calls >= 6, { what: 'a long refusal' });
    expect(await parked()).toEqual([]);
    broker.refuses = () => false;
    await published(3);
    expect(ids(broker.published).sort()).toEqual([...written].sort());
    expect(alerts).toEqual([]);
  }, 60_000);

  it('hundreds of refused events leave room for the others', async () => {
    const refused = new Set(await write(450));
    broker.refuses = ({ id }) => refused.has(id);
    const others = await write(20);
    relay.start();
    await published(20);
    expect(ids(broker.published)).toEqual(others);
  }, 60_000);
});
