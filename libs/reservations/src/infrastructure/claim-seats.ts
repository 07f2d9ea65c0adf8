import type { Database } from '@app/platform/persistence/database.js';
import { bySeatLabel } from '../domain/seating.js';

/**
 * The only INSERT of claims. `wanted`: rows of a showtime, a seat and a reservation, in the order of showtimes and then of labels: seats are claimed
 * in one order everywhere, so that two overlapping sets cannot deadlock. A seat that another reservation has is left out.
 */
export const claimStatement = (wanted: string): string => `
  INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id)
  SELECT showtime_id, seat, reservation_id FROM ${wanted} WITH ORDINALITY AS wanted (showtime_id, seat, reservation_id, n) ORDER BY wanted.n
  ON CONFLICT ON CONSTRAINT seat_claims_pkey DO NOTHING`;

/** Returns the labels that another reservation has. Where there are any, the caller must roll back. */
export async function claimSeats(
  database: Database,
  claim: { showtimeId: string; reservationId: string; labels: readonly string[] },
): Promise<string[]> {
  const labels = [...claim.labels].sort(bySeatLabel);
  const claimed = await database.prepared<{ seat: string }>(
    `${claimStatement('unnest($1::uuid[], $2::text[], $3::uuid[])')} RETURNING seat`,
    [labels.map(() => claim.showtimeId), labels, labels.map(() => claim.reservationId)],
  );
  const own = new Set(claimed.map(({ seat }) => seat));
  return labels.filter((label) => !own.has(label));
}
