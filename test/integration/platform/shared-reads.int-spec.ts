import pg from 'pg';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

let fresh: FreshDatabase;
let platform: Platform;
let blocker: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase();
  platform = await startPlatform(fresh.url);
  blocker = new pg.Client({ connectionString: fresh.url });
  await blocker.connect();
}, 60_000);
afterAll(async () => {
  await blocker?.end();
  await platform?.app.close();
  await fresh?.drop();
});

describe('Reads by id that share a statement', () => {
  const read = (ids: readonly string[]) =>
    platform.database.byKeys<{ id: string }>(
      'SELECT id, pg_advisory_xact_lock_shared(4711)::text FROM unnest($1::text[]) AS id',
      ids,
      'id',
    );
  const cutWaiting = async (): Promise<void> => {
    const found = await until(
      async () => (await blocker.query<{ pid: number }>(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).rows.at(0),
      { timeoutMs: 1_500, what: 'a read that waits', intervalMs: 5 },
    );
    // It waits until the backend has ended: the next look must not find it again.
    await blocker.query('SELECT pg_terminate_backend($1, 10000)', [found.pid]);
  };
  const whileTheyWait = async <T>(act: () => Promise<T>): Promise<T> => {
    await blocker.query('SELECT pg_advisory_lock(4711)');
    try {
      return await act();
    } finally {
      await blocker.query('SELECT pg_advisory_unlock(4711)');
    }
  };

  it('those whose connection is cut are asked once more', async () => {
    let both: Promise<{ id: string }[][]> | undefined;
    await whileTheyWait(async () => {
      both = Promise.all([read(['a', 'b']), read(['b'])]);
      await cutWaiting();
    });
    expect((await both!).map((rows) => rows.map(({ id }) => id))).toEqual([['a', 'b'], ['b']]);
  });

  it('those whose connection is cut twice fail', async () => {
    await whileTheyWait(async () => {
      const failing = expect(read(['a'])).rejects.toMatchObject({ code: '57P01' });
      await cutWaiting();
      await cutWaiting();
      await failing;
    });
  });
});

describe('A statement outside a transaction', () => {
  const backend = async (): Promise<unknown> => (await platform.database.query('SELECT pg_backend_pid() AS pid'))[0];

  it('one whose value is refused leaves its connection in the pool', async () => {
    const before = await backend();
    for (const refused of ['SELECT 1 / 0', `SELECT 'x'::int`]) await expect(platform.database.query(refused)).rejects.toThrow();
    expect(await backend()).toEqual(before);
  });

  it('a prepared one that no longer fits its table fails once', async () => {
    await platform.database.query('CREATE TABLE words (word text)');
    const read = (): Promise<object[]> => platform.database.prepared('SELECT * FROM words', []);
    await read();
    await platform.database.query('ALTER TABLE words ADD COLUMN length integer');
    await expect(read()).rejects.toMatchObject({ code: '0A000' });
    expect(await read()).toEqual([]);
  });

  it('one whose connection is cut gets no other statement into it', async () => {
    const before = await backend();
    await expect(platform.database.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({ code: '57P01' });
    expect(await backend()).not.toEqual(before);
  });
});
