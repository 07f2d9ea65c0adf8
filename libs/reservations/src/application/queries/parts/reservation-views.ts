import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import type { AdminReservationView } from '../admin-reservation.view.js';
import { ReservationRefunds } from './reservation-refunds.js';
import { type ReservationRow, type ReservationView, reservationView } from '../reservation.view.js';

/** Adds to rows what showtimes and payments know, with two or three queries for any number of rows. */
@Injectable()
export class ReservationViews {
  constructor(
    private readonly queries: QueryBus,
    private readonly refunds: ReservationRefunds,
    private readonly clock: Clock,
  ) {}

  async of(rows: readonly ReservationRow[]): Promise<ReservationView[]> {
    if (rows.length === 0) return [];
    const [showtimes, refunds] = await Promise.all([
      this.queries.execute(new ShowtimesByIds([...new Set(rows.map(({ showtimeId }) => showtimeId))])),
      this.refunds.of(rows),
    ]);
    const now = this.clock.now();
    const showtimeById = new Map(showtimes.map((showtime) => [showtime.id, showtime]));
    return rows.map((row) => {
      const showtime = showtimeById.get(row.showtimeId);
      if (showtime === undefined) throw new Error(`There is no showtime ${row.showtimeId} for reservation ${row.id}`);
      return reservationView(row, { showtime, refund: refunds.get(row.id) ?? null, now });
    });
  }

  async forAdmin(rows: readonly ReservationRow[]): Promise<AdminReservationView[]> {
    const views = await this.of(rows);
    return views.map((view, i) => ({ ...view, customerId: rows[i]!.customerId, admittedBy: rows[i]!.admittedBy }));
  }
}
