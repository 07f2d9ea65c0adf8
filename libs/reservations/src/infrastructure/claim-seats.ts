import type { Database } from '@app/platform/persistence/database.js';
import { bySeatLabel } from '../domain/seating.js';

/**
 * The only place that writes claims. Returns the labels that another reservation has; unless there are none, the caller must roll back.
 * Seats are claimed in one order everywhere, so that two overlapping sets cannot deadlock.
 */
export async function claimSeats(
  database: Database,
  claim: { showtimeId: string; reservationId: string; labels: readonly string[] },
): Promise<string[]> {
  const labels = [...claim.labels].sort(bySeatLabel);
  const claimed = await database.prepared<{ seat: string }>(
    `INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id)
     SELECT $1, wanted.seat, $3 FROM unnest($2::text[]) WITH ORDINALITY AS wanted (seat, n) ORDER BY wanted.n
     ON CONFLICT ON CONSTRAINT seat_claims_pkey DO NOTHING
     RETURNING seat`,
    [claim.showtimeId, labels, claim.reservationId],
  );
  const own = new Set(claimed.map(({ seat }) => seat));
  return labels.filter((label) => !own.has(label));
}
