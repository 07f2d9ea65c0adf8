import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';

export interface ClaimedSeat {
  readonly seat: string;
  readonly held: boolean;
  readonly mine: boolean;
}

/** The seats of a showtime that are held or sold. */
@Injectable()
export class ClaimedSeats {
  constructor(private readonly database: Database) {}

  /** By label. `customerId`: whose seats are `mine`; null: no seat is. */
  async of(showtimeId: string, customerId: string | null): Promise<Map<string, ClaimedSeat>> {
    const claimed = await this.database.prepared<ClaimedSeat>(
      `SELECT c.seat, r.status = 'held' AS held, coalesce(r.customer_id = $2, false) AS mine
       FROM reservations.seat_claims c JOIN reservations.reservations r ON r.id = c.reservation_id WHERE c.showtime_id = $1`,
      [showtimeId, customerId],
    );
    return new Map(claimed.map((claim) => [claim.seat, claim]));
  }
}
