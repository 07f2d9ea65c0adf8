import { HousekeepingSchedule, PlatformRetention } from '@app/platform/operations/retention/housekeeping.schedule.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

describe('Housekeeping of messages', () => {
  let database: FreshDatabase;
  let platforms: Platform[];

  beforeEach(async () => {
    database = await freshDatabase();
    platforms = [];
  });
  afterEach(async () => {
    for (const { app } of platforms) await app.close();
    await database.drop();
  });

  async function worker(tickMs: number): Promise<Platform> {
    const started = await startPlatform(
      database.url,
      { TICK_HOUSEKEEPING_MS: String(tickMs) },
      { providers: [PlatformRetention, HousekeepingSchedule] },
    );
    platforms.push(started);
    return started;
  }

  const FILL = {
    outbox: `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at, parked_at)
      SELECT gen_random_uuid(), $2, gen_random_uuid(), 1, now(), '{}', now() - $1 * interval '1 day', NULL FROM generate_series(1, $3::int)`,
    inbox: `INSERT INTO messaging.inbox (queue, message_id, received_at)
      SELECT $2, gen_random_uuid(), now() - $1 * interval '1 day' FROM generate_series(1, $3::int)`,
    dead_letters: `INSERT INTO messaging.dead_letters (id, queue, reason, attempts, body, redriven_at)
      SELECT gen_random_uuid(), $2, 'put here', 1, '{}', now() - $1 * interval '1 day' FROM generate_series(1, $3::int)`,
  };

  it('what is old goes, in batches, and what waits for a person stays', async () => {
    const idle = await worker(86_400_000);
    const { database: db } = idle;
    for (const sql of Object.values(FILL)) {
      await db.query(sql, [100, 'old', 12_000]);
      await db.query(sql, [1, 'young', 10]);
      await db.query(sql, [1, 'waiting', 10]);
    }
    await db.query(`UPDATE messaging.outbox SET published_at = NULL, parked_at = now() - interval '100 days' WHERE type = 'waiting'`);
    await db.query(`UPDATE messaging.dead_letters SET redriven_at = NULL, died_at = now() - interval '100 days' WHERE queue = 'waiting'`);
    for (const _ of [1, 2]) await worker(50);
    const left = async (): Promise<object> => {
      const [row] = await db.query(`SELECT (SELECT count(*)::int FROM messaging.outbox) AS outbox,
        (SELECT count(*)::int FROM messaging.inbox) AS inbox, (SELECT count(*)::int FROM messaging.dead_letters) AS letters`);
      return row!;
    };
    await until(async () => Object.values(await left()).every((count) => count === 20), { what: 'the old rows to go' });
    expect(await left()).toEqual({ outbox: 20, inbox: 20, letters: 20 });
    const types = await db.query<{ type: string }>('SELECT DISTINCT type FROM messaging.outbox ORDER BY type');
    expect(types).toEqual([{ type: 'waiting' }, { type: 'young' }]);
  }, 60_000);
});
