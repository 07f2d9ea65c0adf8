/** Advisory locks of reservations, released with the transaction. Order: showtime, then customer, then rows. */
import type { Database } from '@app/platform/persistence/database.js';

/** Holds of a showtime go side by side, but not while its sales are being closed; holds of one customer for it go one after another. */
export async function lockForHold(database: Database, showtimeId: string, customerId: string): Promise<void> {
  await database.prepared(
    'lock-for-hold',
    `SELECT pg_advisory_xact_lock_shared(hashtextextended('showtime ' || $1, 0)), pg_advisory_xact_lock(hashtextextended('customer ' || $1 || $2, 0))`,
    [showtimeId, customerId],
  );
}

export async function lockShowtimeShared(database: Database, showtimeId: string): Promise<void> {
  await database.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('showtime ' || $1, 0))`, [showtimeId]);
}

/** Waits for every hold under way and keeps new ones out until the transaction ends. */
export async function lockShowtimeExclusively(database: Database, showtimeId: string): Promise<void> {
  await database.query(`SELECT pg_advisory_xact_lock(hashtextextended('showtime ' || $1, 0))`, [showtimeId]);
}
