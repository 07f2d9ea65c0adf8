import type { Database } from '@app/platform/persistence/database.js';
import type { HoldRequest } from '../domain/reservations.js';
import { OPEN_SALES } from '../domain/sales-status.js';
import type { HoldSituation } from '../domain/situations.js';

interface Row {
  readonly closed: boolean | null;
  readonly version: number | null;
  readonly liveHolds: number;
  readonly activeSeats: number;
  readonly ownBlockedByExpiredHold: boolean;
  readonly allLiveHolds: number;
  readonly anyBlockedByExpiredHold: boolean;
  readonly unpaidHoldMs: number;
  readonly taken: string[];
  readonly takenBlockedByExpiredHold: boolean;
}

/** `id`: of the reservation whose seats are changed. What it has itself is not in its way. */
type Request = HoldRequest & { readonly id?: string };

/**
 * Reads everything that these holds, or changes of seats, must see in one statement, in their order. Call it after the locks: a statement sees
 * what was committed before it began. Nothing is joined: each row is looked up by its key, also by a plan that was made while the tables were empty.
 */
export async function readHoldSituations(database: Database, requests: readonly Request[]): Promise<HoldSituation[]> {
  if (requests.length === 0) return [];
  const rows = await database.prepared<Row>(
    `SELECT sales.closed, sales.version, own.live_holds, own.active_seats, own.own_blocked_by_expired_hold, own.all_live_holds,
            own.any_blocked_by_expired_hold, unpaid.unpaid_hold_ms, others.taken, others.taken_blocked_by_expired_hold
     FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::timestamptz[], $5::uuid[], $6::timestamptz[])
       WITH ORDINALITY AS hold (showtime_id, customer_id, seats, now, own_id, unpaid_after, n)
     CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE r.showtime_id = hold.showtime_id AND r.status = 'held')::int AS live_holds,
              coalesce(sum(jsonb_array_length(r.seats)) FILTER (WHERE r.showtime_id = hold.showtime_id), 0)::int AS active_seats,
              coalesce(bool_or(r.showtime_id = hold.showtime_id AND r.status = 'held' AND r.held_until <= hold.now), false) AS own_blocked_by_expired_hold,
              count(*) FILTER (WHERE r.status = 'held')::int AS all_live_holds,
              coalesce(bool_or(r.status = 'held' AND r.held_until <= hold.now), false) AS any_blocked_by_expired_hold
       FROM reservations.reservations r
       WHERE r.customer_id = hold.customer_id AND r.status IN ('held', 'confirmed') AND (hold.own_id IS NULL OR r.id <> hold.own_id)) own
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(extract(epoch FROM (r.ended_at - r.created_at)) * 1000), 0)::float8 AS unpaid_hold_ms
       FROM reservations.reservations r
       WHERE r.customer_id = hold.customer_id AND r.showtime_id = hold.showtime_id AND r.ended_at > hold.unpaid_after
         AND r.payment_id IS NULL AND r.end_reason IN ('unpaid', 'cancelled-by-customer')) unpaid
     CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(c.seat ORDER BY c.seat), '{}') AS taken,
              coalesce(bool_or((SELECT r.status = 'held' AND r.held_until <= hold.now FROM reservations.reservations r WHERE r.id = c.reservation_id)), false) AS taken_blocked_by_expired_hold
       FROM reservations.seat_claims c
       WHERE c.showtime_id = hold.showtime_id AND c.seat = ANY (ARRAY(SELECT jsonb_array_elements_text(hold.seats)))
         AND (hold.own_id IS NULL OR c.reservation_id <> hold.own_id)) others
     LEFT JOIN LATERAL (SELECT closed, version FROM reservations.sales_statuses WHERE showtime_id = hold.showtime_id OFFSET 0) sales ON true
     ORDER BY hold.n`,
    [
      requests.map(({ showtimeId }) => showtimeId),
      requests.map(({ customerId }) => customerId),
      requests.map(({ seats }) => JSON.stringify(seats)),
      requests.map(({ now }) => now),
      requests.map(({ id }) => id ?? null),
      requests.map(({ unpaidHoldsAfter }) => unpaidHoldsAfter ?? null),
    ],
  );
  return rows.map(situationOf);
}

function situationOf(row: Row): HoldSituation {
  const {
    closed,
    version,
    liveHolds,
    activeSeats,
    ownBlockedByExpiredHold,
    allLiveHolds,
    anyBlockedByExpiredHold,
    unpaidHoldMs,
    taken,
    takenBlockedByExpiredHold,
  } = row;
  return {
    salesStatus: closed === null || version === null ? OPEN_SALES : { closed, version },
    customerUsage: {
      liveHolds,
      activeSeats,
      blockedByExpiredHold: ownBlockedByExpiredHold,
      unpaidHoldMs,
      ofAllShowtimes: { liveHolds: allLiveHolds, blockedByExpiredHold: anyBlockedByExpiredHold },
    },
    seatsTaken: { labels: taken, blockedByExpiredHold: takenBlockedByExpiredHold },
  };
}
