import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import type { Json } from '../../support/http-client.js';
import { ConcurrencyFixture } from './concurrency-fixture.js';

describe('Correcting the end of a showtime', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());

  const deadlocks = async (): Promise<number> => {
    const [row] = await fixture.system.sql<{ deadlocks: number }>(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    return row!.deadlocks;
  };

  /** With a plan that finds rows where they lie: a small table has it, or one whose statistics are old. */
  const correctEnd = (endsAt: Date): Promise<void> =>
    fixture.system.api.get(Transactions).run(async () => {
      await fixture.system.api
        .get(Database)
        .query(`SELECT set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`);
      await fixture.reservations.correctEnd({ showtimeId: fixture.showtime.showtimeId, endsAt });
    });

  it('the end is corrected beside changes of several reservations, without a deadlock', async () => {
    await fixture.createShowtime();
    const [first, second] = [await fixture.hold('A1'), await fixture.hold('A2')];
    // Its row lies behind the other now, and is found after it.
    await fixture.extend(first);
    const before = await deadlocks();
    const endsAt = new Date(Date.parse(fixture.showtime.startsAt) + 3 * 3_600_000);
    const client = await fixture.system.database.connect();
    try {
      await client.query('BEGIN');
      const lock = ({ id }: Json) => client.query('SELECT FROM reservations.reservations WHERE id = $1 FOR UPDATE', [id]);
      await lock(first);
      const corrected = correctEnd(endsAt);
      await fixture.barrier.waitForBlocked(1);
      await lock(second);
      await client.query('COMMIT');
      await corrected;
    } finally {
      client.release(true);
    }
    const ends = await fixture.system.sql('SELECT ends_at FROM reservations.reservations WHERE showtime_id = $1', [
      fixture.showtime.showtimeId,
    ]);
    expect([await deadlocks(), ends]).toEqual([before, [{ ends_at: endsAt }, { ends_at: endsAt }]]);
  });
});
