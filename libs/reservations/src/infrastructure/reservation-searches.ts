/** Which reservations something is due for, or differs. They lock nothing: who acts on them looks again behind the locks. */
import type { Database } from '@app/platform/persistence/database.js';
import type { DisputeOfReservation, Reservations, ShowtimeEnd } from '../domain/reservations.js';
import { randomOrder } from './reservation-rows.js';
import { showtimeKey } from './showtime-locks.js';

export async function holdsOf(database: Database, customerId: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM reservations.reservations WHERE customer_id = $1 AND status = 'held' ORDER BY ${showtimeKey('showtime_id')}, id`,
    [customerId],
  );
  return rows.map(({ id }) => id);
}

export async function liveOf(database: Database, { customerIds, now }: { customerIds: readonly string[]; now: Date }): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM reservations.reservations
     WHERE customer_id = ANY ($1) AND status IN ('held', 'confirmed') AND (status = 'held' OR starts_at > $2)
     ORDER BY ${showtimeKey('showtime_id')}, id`,
    [customerIds, now],
  );
  return rows.map(({ id }) => id);
}

export async function dueHolds(
  database: Database,
  { now, limit, candidateCount = limit, filter }: Parameters<Reservations['dueHolds']>[0],
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM (
       SELECT id, held_until FROM reservations.reservations r
       WHERE status = 'held' AND held_until <= $1
         AND ($3::uuid IS NULL OR showtime_id = $3)
         AND ($4::uuid IS NULL OR customer_id = $4)
         AND ($5::text[] IS NULL OR EXISTS (
           SELECT FROM reservations.seat_claims c WHERE c.reservation_id = r.id AND c.seat = ANY ($5)))
       ORDER BY held_until LIMIT $6) due
     ORDER BY ${randomOrder('$6', '$2')}, held_until LIMIT $2`,
    [now, limit, filter?.showtimeId ?? null, filter?.customerId ?? null, filter?.seats ?? null, candidateCount],
  );
  return rows.map(({ id }) => id);
}

export async function endedButNotCompleted(
  database: Database,
  { endedBy, limit, candidateCount = limit }: Parameters<Reservations['endedButNotCompleted']>[0],
): Promise<{ id: string; showtimeId: string }[]> {
  return database.query(
    `SELECT id, showtime_id FROM (
       SELECT id, showtime_id, ends_at FROM reservations.reservations WHERE status = 'confirmed' AND ends_at <= $1 ORDER BY ends_at LIMIT $3) ended
     ORDER BY ${randomOrder('$3', '$2')}, ends_at LIMIT $2`,
    [endedBy, limit, candidateCount],
  );
}

export async function withoutDispute<Dispute extends DisputeOfReservation>(
  database: Database,
  disputes: readonly Dispute[],
): Promise<Dispute[]> {
  const rows = await database.query<{ position: number }>(
    `SELECT d.position::int FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS d (reservation_id, id, outcome, position)
     JOIN reservations.reservations r ON r.id = d.reservation_id
     WHERE NOT r.disputes @> jsonb_build_array(jsonb_build_object('id', d.id, 'outcome', d.outcome)) ORDER BY d.position`,
    [
      disputes.map(({ reservationId }) => reservationId),
      disputes.map(({ disputeId }) => disputeId),
      disputes.map(({ outcome }) => outcome),
    ],
  );
  return rows.map(({ position }) => disputes[position - 1]!);
}

export async function differingEnds(database: Database, ends: readonly ShowtimeEnd[]): Promise<ShowtimeEnd[]> {
  if (ends.length === 0) return [];
  return database.query(
    `SELECT showtime_id, ends_at FROM unnest($1::uuid[], $2::timestamptz[]) AS asked (showtime_id, ends_at)
     WHERE EXISTS (
       SELECT FROM reservations.reservations r
       WHERE r.showtime_id = asked.showtime_id AND r.status IN ('held', 'confirmed') AND r.ends_at <> asked.ends_at)`,
    [ends.map(({ showtimeId }) => showtimeId), ends.map(({ endsAt }) => endsAt)],
  );
}
