import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { newId } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { Reactions } from '@app/platform/messaging/reactions.js';
import { RedeliverLostEvents } from '@app/platform/operations/lost-events/redeliver-lost-events.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { BROKER_KINDS, QUEUE, type ReactionsHarness, guest, openReactions } from './reactions-harness.js';

describe.each(BROKER_KINDS)('Events that a reaction never received, on %s', (kind) => {
  let database: FreshDatabase;
  let harness: ReactionsHarness;
  let alerts: InMemoryAlerts;
  let job: RedeliverLostEvents;

  beforeEach(async () => {
    database = await freshDatabase();
    harness = await openReactions({ kind, databaseUrl: database.url });
    const { app, broker } = harness;
    alerts = new InMemoryAlerts();
    job = new RedeliverLostEvents(harness.database, broker, app.get(Reactions), alerts, app.get(Settings));
    const { type } = guest();
    await harness.database.query(
      `INSERT INTO messaging.bindings (queue, type, bound_at) VALUES ($1, $2, now() - interval '20 days')
       ON CONFLICT (type, queue) DO UPDATE SET bound_at = excluded.bound_at`,
      [QUEUE, type],
    );
  });
  afterEach(async () => {
    await harness.close();
    await database.drop();
  });

  /** A published event whose message is gone. Returns its id and its place. */
  async function lost(hoursAgo: number): Promise<{ id: string; position: number }> {
    const { id, type, subject, sequence, data } = guest();
    const [row] = await harness.database.query<{ position: number }>(
      `WITH head AS (UPDATE messaging.feed_positions SET position = position + 1 WHERE name = 'published' RETURNING position)
       INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at, published_position)
       SELECT $1, $2, $3, $4, now(), $5, now() - $6 * interval '1 hour', position FROM head RETURNING published_position AS position`,
      [id, type, subject, sequence, data, hoursAgo],
    );
    return { id, position: row!.position };
  }
  const received = async (): Promise<string[]> =>
    (await harness.database.query<{ event: string }>('SELECT event FROM public.coats ORDER BY event')).map(({ event }) => event);
  const place = async (): Promise<number> =>
    (await harness.database.query<{ position: number }>(`SELECT position FROM messaging.feed_positions WHERE name = 'received'`))[0]!
      .position;
  const add = (sql: string, ...parameters: unknown[]) => harness.database.query(sql, parameters);

  it('an event whose message is gone has its effect, and is looked for until then', async () => {
    const [first, second] = [await lost(4), await lost(3)];
    // Sent back from the dead letters, and lost then.
    await add(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body, redriven_at) VALUES ($1, $2, $3, 'no', 1, '{}', now())`,
      ...[newId(), QUEUE, second.id],
    );
    await job.run();
    await until(async () => (await received()).length === 2, { what: 'both effects' });
    expect(await received()).toEqual([first.id, second.id].sort());
    expect(alerts.codes).toEqual(['events-lost']);
    expect(await place()).toBe(first.position - 1);
    await job.run();
    expect(await place()).toBe(second.position);
    expect([alerts.codes.length, harness.deliveries()]).toEqual([1, 2]);
  });

  it('what was received, is young, or waits for a person is not sent again', async () => {
    const handled = await lost(5);
    await add('INSERT INTO messaging.inbox (queue, message_id) VALUES ($1, $2)', QUEUE, handled.id);
    const [dead, dismissed] = [await lost(5), await lost(5)];
    for (const [{ id }, at] of [
      [dead, null],
      [dismissed, new Date()],
    ] as const)
      await add(
        `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body, dismissed_at) VALUES ($1, $2, $3, 'no', 1, '{}', $4)`,
        ...[newId(), QUEUE, id, at],
      );
    const young = await lost(1);
    await lost(5);
    await job.run();
    expect([alerts.codes, await place()]).toEqual([[], young.position - 1]);
    expect(harness.deliveries()).toBe(0);
  });

  it('what was published before the reaction, or before the inbox begins, is not sent', async () => {
    // The inbox is kept for 30 days.
    await lost(16 * 24);
    await add(`UPDATE messaging.bindings SET bound_at = now() - interval '4 hours'`);
    const last = await lost(5);
    await job.run();
    expect([alerts.codes, await place(), harness.deliveries()]).toEqual([[], last.position, 0]);
  });

  it('an event that is still missing after a day is sent once more, and given up', async () => {
    const { position } = await lost(25);
    await job.run();
    expect([alerts.codes, await place()]).toEqual([['events-lost'], position]);
  });
});
