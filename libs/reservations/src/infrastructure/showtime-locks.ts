/** Advisory locks of reservations; they end with the transaction. Order: showtime, then customer, then rows: the reservation, the outcome of its payment, claims. */
import type { Database } from '@app/platform/persistence/database.js';
import type { ReservationKey } from '../domain/reservations.js';

/** Who locks several showtimes one after another does it in this order. */
export const showtimeKey = (id: string): string => `hashtextextended('showtime ' || ${id}::uuid, 0)`;

/**
 * Lets holds of a showtime run side by side, but not beside a change of its sales status. Holds of one customer run one after another for all
 * showtimes, because a limit counts all of them. Several locks are taken in one order: showtimes first, each kind by its key. Two batches that
 * share some of them cannot deadlock.
 * The same statement makes PostgreSQL keep the plans of the next ones: planning costs ten times their execution. A plan may be made while the
 * tables are small and used when they are large, so that sequential scans are off.
 * `maxWaitMs`: of this and the next statements, for each lock; left out, `lock_timeout` as it is.
 */
export async function lockForHolds(
  database: Database,
  holds: readonly { showtimeId: string; customerId: string }[],
  { maxWaitMs }: { readonly maxWaitMs?: number } = {},
): Promise<void> {
  const shorterWait = maxWaitMs === undefined ? '' : `set_config('lock_timeout', '${maxWaitMs}', true), `;
  await database.prepared(
    `SELECT ${shorterWait}set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       (SELECT count(pg_advisory_xact_lock_shared(key)::text) FROM (
          SELECT DISTINCT ${showtimeKey('id')} AS key FROM unnest($1::uuid[]) AS id ORDER BY key) AS showtimes),
       (SELECT count(pg_advisory_xact_lock(key)::text) FROM (
          SELECT DISTINCT hashtextextended('customer ' || id, 0) AS key FROM unnest($2::uuid[]) AS id ORDER BY key) AS customers)`,
    [holds.map(({ showtimeId }) => showtimeId), holds.map(({ customerId }) => customerId)],
  );
}

/** Ids of those showtimes whose sales status is being changed at this moment. Does not wait. */
export async function lockedShowtimes(database: Database, holds: readonly { showtimeId: string }[]): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM (SELECT DISTINCT unnest($1::uuid[]) AS id) AS showtimes WHERE NOT pg_try_advisory_xact_lock_shared(${showtimeKey('id')})`,
    [holds.map(({ showtimeId }) => showtimeId)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Returns false where there is no such reservation. The showtime of a reservation never changes, so that it is read without a lock. */
export async function lockShowtimeOf(database: Database, { id, customerId }: ReservationKey): Promise<boolean> {
  const rows = await database.prepared(
    `SELECT pg_advisory_xact_lock_shared(${showtimeKey('showtime_id')}) FROM reservations.reservations
     WHERE id = $1 AND ($2::uuid IS NULL OR customer_id = $2)`,
    [id, customerId ?? null],
  );
  return rows.length > 0;
}

/**
 * As `lockShowtimeOf`, for a payment. Does not wait for one that has an outcome. Returns null where there is no such reservation.
 */
export async function lockShowtimeForPayment(
  database: Database,
  { paymentId, reservationId }: { paymentId: string; reservationId: string },
): Promise<{ isDecided: boolean } | null> {
  const [row] = await database.prepared<{ isDecided: boolean }>(
    `SELECT o.payment_id IS NOT NULL AS is_decided,
       CASE WHEN o.payment_id IS NULL THEN pg_advisory_xact_lock_shared(${showtimeKey('r.showtime_id')})::text END
     FROM reservations.reservations r LEFT JOIN reservations.payment_outcomes o ON o.payment_id = $2 WHERE r.id = $1`,
    [reservationId, paymentId],
  );
  return row ?? null;
}

/** Does not wait: returns the ids of those showtimes whose sales status is not being changed. */
export async function tryLockShowtimesOf(database: Database, reservationIds: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ showtimeId: string }>(
    `SELECT showtime_id FROM (SELECT DISTINCT showtime_id FROM reservations.reservations WHERE id = ANY ($1)) AS showtimes
     WHERE pg_try_advisory_xact_lock_shared(${showtimeKey('showtime_id')})`,
    [reservationIds],
  );
  return rows.map(({ showtimeId }) => showtimeId);
}

export async function lockShowtimeShared(database: Database, showtimeId: string): Promise<void> {
  await database.query(`SELECT pg_advisory_xact_lock_shared(${showtimeKey('$1')})`, [showtimeId]);
}

/** Waits until no decision about a reservation of this showtime is under way, and keeps new ones waiting. */
export async function lockShowtimeExclusively(database: Database, showtimeId: string): Promise<void> {
  await database.query(`SELECT pg_advisory_xact_lock(${showtimeKey('$1')})`, [showtimeId]);
}
