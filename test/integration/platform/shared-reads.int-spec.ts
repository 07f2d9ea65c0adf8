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
    const waiting = () => blocker.query<{ pid: number }>(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
    const [found] = await until(async () => ((await waiting()).rows.length > 0 ? (await waiting()).rows : undefined), {
      timeoutMs: 1_500,
      what: 'a read that waits',
      intervalMs: 5,
    });
    await blocker.query('SELECT pg_terminate_backend($1)', [found!.pid]);
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
