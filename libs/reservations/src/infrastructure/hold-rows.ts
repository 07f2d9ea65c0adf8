/** The rows of new holds. */
import type { Database } from '@app/platform/persistence/database.js';
import type { Reservation } from '../domain/reservation.js';
import { bySeatLabel } from '../domain/seating.js';
import { claimStatement } from './claim-seats.js';
import { INSERT_HOLDS, holdArrays } from './reservation-rows.js';

const insertStatement = (firstClaimParameter: number): string => `
  WITH added AS (${INSERT_HOLDS})
  ${claimStatement(`unnest($${firstClaimParameter}::uuid[], $${firstClaimParameter + 1}::text[], $${firstClaimParameter + 2}::uuid[])`)}
  RETURNING seat, reservation_id`;

/**
 * Inserts the reservations and claims their seats. Returns the labels that another reservation has, by the id of the reservation that lost them:
 * those must be removed in the same transaction.
 */
export async function insertHolds(database: Database, reservations: readonly Reservation[]): Promise<Map<string, string[]>> {
  if (reservations.length === 0) return new Map();
  const columns = holdArrays(reservations.map(({ state }) => state));
  const wanted = reservations
    .flatMap(({ id, labels, state: { showtimeId } }) => labels.map((label) => ({ showtimeId, label, id })))
    .sort((a, b) => bySeatLabel(a.showtimeId, b.showtimeId) || bySeatLabel(a.label, b.label));
  const claimed = await database.prepared<{ seat: string; reservationId: string }>(insertStatement(columns.length + 1), [
    ...columns,
    wanted.map(({ showtimeId }) => showtimeId),
    wanted.map(({ label }) => label),
    wanted.map(({ id }) => id),
  ]);
  const own = new Set(claimed.map(({ seat, reservationId }) => `${reservationId} ${seat}`));
  const lost = wanted.filter(({ label, id }) => !own.has(`${id} ${label}`));
  const byReservation = Map.groupBy(lost, ({ id }) => id);
  return new Map([...byReservation].map(([id, claims]) => [id, claims.map(({ label }) => label)]));
}

/** For a hold that lost one of its seats in the transaction that inserted it. */
export async function removeHolds(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query(
    `WITH freed AS (DELETE FROM reservations.seat_claims WHERE reservation_id = ANY ($1))
     DELETE FROM reservations.reservations WHERE id = ANY ($1)`,
    [ids],
  );
}
