import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';

export interface ClaimedSeat {
  readonly seat: string;
  readonly held: boolean;
  readonly mine: boolean;
}

interface Row {
  readonly showtimeId: string;
  readonly seat: string;
  readonly held: boolean;
  readonly customerId: string;
}

/** The seats of a showtime that are held or sold. */
@Injectable()
export class ClaimedSeats {
  constructor(private readonly database: Database) {}

  /** By label. `customerId`: whose seats are `mine`; null: no seat is. */
  async of(showtimeId: string, customerId: string | null): Promise<Map<string, ClaimedSeat>> {
    const claimed = await this.database.byKeys<Row>(
      `SELECT c.showtime_id, c.seat, r.status = 'held' AS held, r.customer_id
       FROM reservations.seat_claims c
         CROSS JOIN LATERAL (SELECT status, customer_id FROM reservations.reservations WHERE id = c.reservation_id OFFSET 0) r
       WHERE c.showtime_id = ANY ($1::uuid[])`,
      [showtimeId],
      'showtimeId',
    );
    return new Map(claimed.map((row) => [row.seat, { seat: row.seat, held: row.held, mine: row.customerId === customerId }]));
  }
}
