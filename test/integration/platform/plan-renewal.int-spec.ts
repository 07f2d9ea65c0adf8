import { Transactions } from '@app/platform/persistence/transactions.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const ROWS = 5_000;

describe('Plans of prepared statements', () => {
  let fresh: FreshDatabase;
  let platform: Platform;

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    // Nothing but the test says when the table is counted.
    await platform.database.query('CREATE TABLE public.growing (id int PRIMARY KEY, word text) WITH (autovacuum_enabled = false)');
    // Now it is known to be empty, not only unknown.
    await platform.database.query('ANALYZE public.growing');
  }, 60_000);
  afterAll(async () => {
    await platform?.app.close();
    await fresh?.drop();
  });

  /** Rows that PostgreSQL reads to find one, by each of the connection's next statements. */
  function rowsRead(times: number): Promise<number[]> {
    const { app, database } = platform;
    const counted = async (): Promise<number> =>
      (
        await database.query<{ n: number }>(
          `SELECT (seq_tup_read + idx_tup_fetch)::int AS n FROM pg_stat_xact_user_tables WHERE relname = 'growing'`,
        )
      )[0]!.n;
    return app.get(Transactions).run(async () => {
      const read: number[] = [];
      for (let i = 0; i < times; i++) {
        const before = await counted();
        await database.prepared('SELECT word FROM public.growing WHERE id = ANY ($1::int[])', [[7]]);
        read.push((await counted()) - before);
      }
      return read;
    });
  }

  it('plans are renewed while a table grows, so that few rows are read', async () => {
    await rowsRead(20);
    await platform.database.query('INSERT INTO public.growing SELECT n, md5(n::text) FROM generate_series(1, $1::int) n', [ROWS]);
    const read = await rowsRead(44);
    expect(read[0]).toBe(ROWS);
    expect(read.at(-1)).toBe(1);
  });
});
