import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RefundsOfReservations } from '@app/contracts/payments.js';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { type ReservationRow, type ReservationView, viewOfReservation } from './reservation-view.js';

/** Completes rows with what showtimes and payments know: two questions a page, however long it is. */
@Injectable()
export class ViewsOfReservations {
  constructor(private readonly queries: QueryBus) {}

  async of(rows: readonly ReservationRow[]): Promise<ReservationView[]> {
    if (rows.length === 0) return [];
    const [showtimes, refunds] = await Promise.all([
      this.queries.execute(new ShowtimesByIds([...new Set(rows.map(({ showtimeId }) => showtimeId))])),
      this.queries.execute(new RefundsOfReservations(rows.map(({ id }) => id))),
    ]);
    const showtimeOf = new Map(showtimes.map((showtime) => [showtime.id, showtime]));
    const refundOf = new Map(refunds.map((refund) => [refund.reservationId, refund]));
    return rows.map((row) => {
      const showtime = showtimeOf.get(row.showtimeId);
      if (showtime === undefined) throw new Error(`Showtimes does not know ${row.showtimeId}, yet it was reserved`);
      return viewOfReservation(row, showtime, refundOf.get(row.id) ?? null);
    });
  }
}
