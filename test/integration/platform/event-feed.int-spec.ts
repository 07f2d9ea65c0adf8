import pg from 'pg';
import { newId } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { CursorTooOld, CursorUnknown, feedPage } from '@app/platform/messaging/event-feed.js';
import { markPublished } from '@app/platform/messaging/published-events.js';
import type { Reactions } from '@app/platform/messaging/reactions.js';
import { Relay } from '@app/platform/messaging/relay.js';
import { HousekeepingSchedule, PlatformRetention } from '@app/platform/operations/retention/housekeeping.schedule.js';
import type { Database } from '@app/platform/persistence/database.js';
import { FakeDatabase } from '@app/platform/testing/fake-database.js';
import { InvalidCursor } from '@app/platform/persistence/keyset.js';
import { OutboxSignal } from '@app/platform/persistence/outbox-signal.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { RecordingBroker } from './relay-harness.js';
const KEPT_DAYS = 90;
const TYPE = 'test.ticket-printed.v1';

describe('The feed of published events', () => {
  let database: FreshDatabase;
  let platform: Platform;
  let relays: Relay[];
  let clients: pg.Client[];

  beforeEach(async () => {
    database = await freshDatabase();
    platform = await startPlatform(database.url);
    [relays, clients] = [[], []];
  });
  afterEach(async () => {
    for (const relay of relays) await relay.stop();
    for (const client of clients) await client.end();
    await platform.app.close();
    await database.drop();
  });

  async function connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: database.url });
    clients.push(client);
    await client.connect();
    return client;
  }

  /** A statement that does not wait for its end. */
  const on = (client: pg.Client): Database =>
    new FakeDatabase(async (sql, parameters) => (await client.query<object>(sql, [...parameters])).rows);

  async function insert(client: pg.Client, type = TYPE): Promise<{ id: string; position: string }> {
    const { rows } = await client.query<{ id: string; position: string }>(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data) VALUES ($1, $2, $3, 1, now(), '{}') RETURNING id, position`,
      [newId(), type, newId()],
    );
    return rows[0]!;
  }

  function startRelay(): void {
    const reactions = { bindings: () => [], unsubscribedTypes: () => [] } as unknown as Reactions;
    const signal = new OutboxSignal(platform.database);
    const relay = new Relay(platform.database, new RecordingBroker(), reactions, signal, platform.app.get(Settings));
    relays.push(relay);
    relay.start();
  }

  const isNumbered = (id: string): Promise<unknown> =>
    until(
      async () =>
        (
          await platform.database.query(
            'SELECT FROM messaging.outbox WHERE id = $1 AND published_position IS NOT NULL AND published_at IS NOT NULL',
            [id],
          )
        ).length === 1,
      { what: 'the publication' },
    );

  async function read(after?: string | null, { types = null as readonly string[] | null, limit = 100 } = {}) {
    const { events, cursor } = await feedPage(platform.database, { after: after ?? undefined, types, limit, keptDays: KEPT_DAYS });
    return { ids: events.map(({ id }) => id), cursor };
  }

  /** Reads to the end. */
  async function readAll(after?: string | null, options = {}): Promise<{ ids: string[]; cursor: string | null }> {
    const all: string[] = [];
    let cursor = after ?? null;
    for (;;) {
      const page = await read(cursor, options);
      all.push(...page.ids);
      if (page.cursor === cursor) return { ids: all, cursor };
      cursor = page.cursor;
    }
  }

  it('an event that commits after a later one is not skipped', async () => {
    const [slow, fast] = [await connected(), await connected()];
    await slow.query('BEGIN');
    const early = await insert(slow);
    const late = await insert(fast);
    expect(Number(early.position)).toBeLessThan(Number(late.position));
    startRelay();
    await isNumbered(late.id);
    const first = await read();
    expect(first.ids).toEqual([late.id]);
    await slow.query('COMMIT');
    await isNumbered(early.id);
    expect((await read(first.cursor)).ids).toEqual([early.id]);
    // The control: in the order of the outbox, it is before what was read already.
    const naive = 'SELECT id FROM messaging.outbox WHERE published_at IS NOT NULL AND position > $1';
    expect((await fast.query(naive, [late.position])).rows).toEqual([]);
  });

  it('of two relays at once, one waits for the numbers of the other', async () => {
    const [frozen, leader] = [await connected(), await connected()];
    const [first, second] = [await insert(leader), await insert(leader)];
    await frozen.query('BEGIN');
    await markPublished(on(frozen), [first.position]);
    const marking = markPublished(on(leader), [second.position]);
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await platform.database.query(waits)).length > 0, { what: 'a waiting relay' });
    expect((await read()).ids).toEqual([]);
    await frozen.query('COMMIT');
    await marking;
    expect((await read()).ids).toEqual([first.id, second.id]);
  });

  it('with the numbers of a sequence, the event of the slower one would be lost', async () => {
    const [frozen, leader] = [await connected(), await connected()];
    const [first, second] = [await insert(leader), await insert(leader)];
    await leader.query('CREATE SEQUENCE planted');
    const mark = (client: pg.Client, { position }: { position: string }): Promise<unknown> =>
      client.query(`UPDATE messaging.outbox SET published_at = now(), published_position = nextval('planted') WHERE position = $1`, [
        position,
      ]);
    await frozen.query('BEGIN');
    await mark(frozen, first);
    await mark(leader, second);
    const page = await read();
    expect(page.ids).toEqual([second.id]);
    await frozen.query('COMMIT');
    expect((await read(page.cursor)).ids).toEqual([]);
  });

  it('a reader gets each event once while writers commit in any order', async () => {
    startRelay();
    const written: string[] = [];
    const writer = async (n: number): Promise<void> => {
      const client = await connected();
      for (let round = 0; round < 20; round++) {
        await client.query('BEGIN');
        const { id } = await insert(client);
        await client.query('SELECT pg_sleep($1)', [((n * 7 + round * 3) % 5) / 200]);
        await client.query(round % 7 === 6 ? 'ROLLBACK' : 'COMMIT');
        if (round % 7 !== 6) written.push(id);
      }
    };
    const writing = Promise.all(Array.from({ length: 6 }, (_, n) => writer(n)));
    let isOver = false;
    void writing.finally(() => (isOver = true));
    const seen: string[] = [];
    let cursor: string | null = null;
    await until(
      async () => {
        const page = await readAll(cursor, { limit: 7 });
        seen.push(...page.ids);
        ({ cursor } = page);
        return isOver && seen.length >= written.length;
      },
      { what: 'every event' },
    );
    await writing;
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual([...written].sort());
  });

  it('an event that is published again is no new one', async () => {
    const client = await connected();
    const [first, second] = [await insert(client), await insert(client)];
    startRelay();
    for (const { id } of [first, second]) await isNumbered(id);
    const { cursor } = await readAll();
    await client.query('UPDATE messaging.outbox SET published_at = NULL WHERE id = $1', [first.id]);
    await isNumbered(first.id);
    expect((await read(cursor)).ids).toEqual([]);
    expect((await read()).ids).toEqual([first.id, second.id]);
  });

  it('what an earlier version published is numbered too', async () => {
    const client = await connected();
    const old = await insert(client);
    await client.query('UPDATE messaging.outbox SET published_at = now()');
    startRelay();
    await isNumbered(old.id);
    expect((await read()).ids).toEqual([old.id]);
  });

  it('a filter moves the cursor over what it leaves out', async () => {
    const client = await connected();
    const positions: string[] = [];
    for (let n = 0; n < 5; n++) positions.push((await insert(client)).position);
    const rare = await insert(client, 'test.rare.v1');
    await markPublished(platform.database, [...positions, rare.position]);
    const types = ['test.rare.v1'];
    const page = await read(null, { types, limit: 2 });
    expect(page.ids).toEqual([rare.id]);
    await markPublished(platform.database, [(await insert(client)).position]);
    const empty = await read(page.cursor, { types, limit: 2 });
    expect(empty.ids).toEqual([]);
    expect(empty.cursor).not.toBe(page.cursor);
    expect((await read(empty.cursor)).ids).toEqual([]);
    expect((await readAll(null, { types: [TYPE], limit: 2 })).ids).toHaveLength(6);
  });

  it('a cursor before deleted events is refused, one behind them is not', async () => {
    const client = await connected();
    const rows = [await insert(client), await insert(client), await insert(client), await insert(client)];
    await markPublished(
      platform.database,
      rows.map(({ position }) => position),
    );
    const cursors: (string | null)[] = [];
    let cursor: string | null = null;
    for (let n = 0; n < 3; n++) cursors.push(({ cursor } = await read(cursor, { limit: 1 })).cursor);
    await client.query(`UPDATE messaging.outbox SET published_at = now() - interval '91 days' WHERE id = ANY ($1)`, [
      [rows[0]!.id, rows[1]!.id],
    ]);
    const worker = await startPlatform(
      database.url,
      { TICK_HOUSEKEEPING_MS: '50' },
      { providers: [PlatformRetention, HousekeepingSchedule] },
    );
    try {
      await until(async () => (await platform.database.query('SELECT FROM messaging.outbox')).length === 2, { what: 'the deletion' });
    } finally {
      await worker.app.close();
    }
    await expect(read(cursors[0])).rejects.toThrow(CursorTooOld);
    await expect(read(cursors[0])).rejects.toMatchObject({ details: { keptDays: KEPT_DAYS } });
    expect((await read(cursors[1])).ids).toEqual([rows[2]!.id, rows[3]!.id]);
    expect((await read(cursors[2])).ids).toEqual([rows[3]!.id]);
    expect((await read()).ids).toEqual([rows[2]!.id, rows[3]!.id]);
  });

  it('a cursor of a history that is gone is refused', async () => {
    const client = await connected();
    const rows = [await insert(client), await insert(client)];
    await markPublished(
      platform.database,
      rows.map(({ position }) => position),
    );
    const { cursor } = await read();
    // As after a restore: another event has this number.
    await client.query('DELETE FROM messaging.outbox WHERE id = $1', [rows[1]!.id]);
    await expect(read(cursor)).rejects.toThrow(CursorUnknown);
    await client.query(`UPDATE messaging.feed_positions SET position = 1 WHERE name = 'published'`);
    await markPublished(platform.database, [(await insert(client)).position]);
    await expect(read(cursor)).rejects.toThrow(CursorUnknown);
  });

  it.each(['', 'x', 'WyIxIl0', Buffer.from('["0","a"]').toString('base64url'), Buffer.from(`[1,"${newId()}"]`).toString('base64url')])(
    'the cursor "%s" is refused',
    async (cursor) => {
      await expect(read(cursor === '' ? ' ' : cursor)).rejects.toThrow(InvalidCursor);
    },
  );

  it('nothing was published yet: an empty page without a cursor', async () => {
    await insert(await connected());
    expect(await read()).toEqual({ ids: [], cursor: null });
  });
});
