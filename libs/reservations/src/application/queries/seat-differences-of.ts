import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { SeatDifferencesOf, type SeatDifferenceView } from '@app/contracts/reservation-accounts.js';
import { Database } from '@app/platform/persistence/database.js';

/** Statuses whose reservations own their seats. */
const OWNING = `('held', 'confirmed', 'completed')`;

@QueryHandler(SeatDifferencesOf)
export class SeatDifferencesOfHandler implements IQueryHandler<SeatDifferencesOf> {
  constructor(private readonly database: Database) {}

  async execute({ showtimeIds, limit }: SeatDifferencesOf): Promise<SeatDifferenceView[]> {
    return this.database.query<SeatDifferenceView>(
      `SELECT 'unowned' AS kind, c.showtime_id, c.reservation_id, array_agg(c.seat::text ORDER BY c.seat) AS seats
       FROM reservations.seat_claims c JOIN reservations.reservations r ON r.id = c.reservation_id
       WHERE c.showtime_id = ANY ($1) AND (r.status NOT IN ${OWNING} OR r.showtime_id <> c.showtime_id
         OR NOT r.seats @> jsonb_build_array(jsonb_build_object('label', c.seat)))
       GROUP BY c.showtime_id, c.reservation_id
       UNION ALL
       SELECT 'unclaimed', r.showtime_id, r.id, array_agg(wanted.seat ->> 'label' ORDER BY wanted.seat ->> 'label')
       FROM reservations.reservations r CROSS JOIN LATERAL jsonb_array_elements(r.seats) AS wanted (seat)
       WHERE r.showtime_id = ANY ($1) AND r.status IN ${OWNING} AND NOT EXISTS (
         SELECT FROM reservations.seat_claims c
         WHERE c.showtime_id = r.showtime_id AND c.seat = wanted.seat ->> 'label' AND c.reservation_id = r.id)
       GROUP BY r.showtime_id, r.id
       ORDER BY 2, 3, 1 LIMIT $2`,
      [showtimeIds, limit],
    );
  }
}
