import { newId } from '@app/kernel/id.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { readHoldSituations } from '../../../libs/reservations/src/infrastructure/hold-situation.js';
import { lockForHolds } from '../../../libs/reservations/src/infrastructure/showtime-locks.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const RESERVATIONS = 3_000;
const BATCH = 40;

/** PostgreSQL keeps the plan of a hold on each connection until it has counted the tables again, which may be after the first rush. */
describe('Holds by a plan that was made while the tables were empty', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  const now = new Date();

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    const tables = ['reservations', 'seat_claims', 'sales_statuses'].map((name) => `reservations.${name}`);
    // They are not counted again behind the test's back.
    for (const table of tables) await platform.database.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await platform.database.query(`ANALYZE ${tables.join()}`);
  }, 60_000);
  afterAll(async () => {
    await platform?.app.close();
    await fresh?.drop();
  });

  async function counted(): Promise<{ rows: number; connection: number }> {
    const [read] = await platform.database.query<{ rows: number; connection: number }>(
      `SELECT sum(seq_tup_read + idx_tup_fetch)::int AS rows, pg_backend_pid() AS connection
       FROM pg_stat_xact_user_tables WHERE schemaname = 'reservations'`,
    );
    return read!;
  }

  /** Asks for a seat that is taken at each showtime; returns what that reads, and on which connection. */
  function ask(showtimeIds: readonly string[]): Promise<{ taken: number; rows: number; connection: number }> {
    const { app, database } = platform;
    const requests = showtimeIds.map((showtimeId) => ({ showtimeId, customerId: newId(), seats: ['A1'], now }));
    return app.get(Transactions).run(async () => {
      const before = await counted();
      await lockForHolds(database, requests);
      const situations = await readHoldSituations(database, requests);
      const { rows, connection } = await counted();
      return { rows: rows - before.rows, connection, taken: situations.filter(({ seatsTaken }) => seatsTaken.labels.length > 0).length };
    });
  }

  it('a batch of 40 reads some rows a hold among 3,000 reservations', async () => {
    const showtimeIds = Array.from({ length: RESERVATIONS }, () => newId());
    const { connection } = await ask(showtimeIds.slice(0, 1));
    await platform.database.query(
      `WITH made AS (
         INSERT INTO reservations.reservations (id, version, code, customer_id, showtime_id, showtime_version, status, seats, total, currency,
           starts_at, ends_at, held_until, extended, refund_until, late, created_at)
         SELECT showtime_id, 1, n::text, showtime_id, showtime_id, 1, 'held', '[]', 0, 'EUR', $2, $2, $2, false, $2, false, $2
         FROM unnest($1::uuid[]) WITH ORDINALITY AS made (showtime_id, n) RETURNING id, showtime_id),
       sales AS (INSERT INTO reservations.sales_statuses (showtime_id, closed, version) SELECT showtime_id, false, 1 FROM made)
       INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id) SELECT showtime_id, 'A1', id FROM made`,
      [showtimeIds, now],
    );
    const read = await ask(showtimeIds.slice(-BATCH));
    expect(read).toMatchObject({ taken: BATCH, connection });
    expect(read.rows).toBeLessThan(10 * BATCH);
  });
});
