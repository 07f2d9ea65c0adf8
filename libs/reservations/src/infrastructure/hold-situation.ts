import type { Database } from '@app/platform/persistence/database.js';
import type { HoldRequest } from '../domain/reservations.js';
import { type HoldSituation, OPEN_SALES } from '../domain/situations.js';

interface Row {
  readonly closed: boolean | null;
  readonly version: number | null;
  readonly liveHolds: number;
  readonly activeSeats: number;
  readonly ownHoldDue: boolean;
  readonly allLiveHolds: number;
  readonly anyHoldDue: boolean;
  readonly taken: string[];
  readonly takenByDueHold: boolean;
}

/** Reads everything that a hold or a change of seats (`id`) must see in one statement. Call it after the locks: a statement sees what was committed before it began. */
export async function readHoldSituation(database: Database, request: HoldRequest & { readonly id?: string }): Promise<HoldSituation> {
  const { showtimeId, customerId, seats, now, id } = request;
  const [row] = await database.prepared<Row>(
    `SELECT sales.closed, sales.version, own.live_holds, own.active_seats, own.own_hold_due, own.all_live_holds, own.any_hold_due, others.taken, others.taken_by_due_hold
     FROM (SELECT count(*) FILTER (WHERE showtime_id = $1 AND status = 'held')::int AS live_holds,
                  coalesce(sum(jsonb_array_length(seats)) FILTER (WHERE showtime_id = $1), 0)::int AS active_seats,
                  coalesce(bool_or(showtime_id = $1 AND status = 'held' AND held_until <= $4), false) AS own_hold_due,
                  count(*) FILTER (WHERE status = 'held')::int AS all_live_holds,
                  coalesce(bool_or(status = 'held' AND held_until <= $4), false) AS any_hold_due
           FROM reservations.reservations WHERE customer_id = $2 AND status IN ('held', 'confirmed') AND id IS DISTINCT FROM $5::uuid) own
     CROSS JOIN (SELECT coalesce(array_agg(c.seat ORDER BY c.seat), '{}') AS taken,
                        coalesce(bool_or(r.status = 'held' AND r.held_until <= $4), false) AS taken_by_due_hold
           FROM reservations.seat_claims c JOIN reservations.reservations r ON r.id = c.reservation_id
           WHERE c.showtime_id = $1 AND c.seat = ANY ($3) AND c.reservation_id IS DISTINCT FROM $5::uuid) others
     LEFT JOIN reservations.sales_statuses AS sales ON sales.showtime_id = $1`,
    [showtimeId, customerId, seats, now, id ?? null],
  );
  if (row === undefined) throw new Error('A SELECT of aggregates returned no row');
  const { closed, version, liveHolds, activeSeats, ownHoldDue, allLiveHolds, anyHoldDue, taken, takenByDueHold } = row;
  return {
    salesStatus: closed === null || version === null ? OPEN_SALES : { closed, version },
    customerUsage: {
      liveHolds,
      activeSeats,
      blockedByExpiredHold: ownHoldDue,
      ofAllShowtimes: { liveHolds: allLiveHolds, blockedByExpiredHold: anyHoldDue },
    },
    seatsTaken: { labels: taken, blockedByExpiredHold: takenByDueHold },
  };
}
