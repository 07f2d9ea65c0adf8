/** Advisory locks of reservations, released with the transaction. Order: showtime, then customer, then rows. */
import type { Database } from '@app/platform/persistence/database.js';

/**
 * Holds of a showtime go side by side, but not while its sales are being closed; holds of one customer for it go one after another.
 * On the same trip, plans are kept for the statements that follow: planning them costs ten times what running them does. A plan is made while
 * the tables may still be small and used when they no longer are, hence by index only.
 */
export async function lockForHold(database: Database, showtimeId: string, customerId: string): Promise<void> {
  await database.prepared(
    `SELECT pg_advisory_xact_lock_shared(hashtextextended('showtime ' || $1, 0)), pg_advisory_xact_lock(hashtextextended('customer ' || $1 || $2, 0)),
            set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`,
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
