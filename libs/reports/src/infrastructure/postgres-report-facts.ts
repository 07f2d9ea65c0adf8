import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import {
  type MoneyMovement,
  type MovieFact,
  ReportFacts,
  type ReservationFact,
  type ShowtimeFact,
  type TheatreFact,
} from '../domain/report-facts.js';

/** A fact of the same sequence is stored again: so a rebuild mends a row that was wrong. */
@Injectable()
export class PostgresReportFacts extends ReportFacts {
  constructor(private readonly database: Database) {
    super();
  }

  async saveMovie({ movieId, title, sequence }: MovieFact): Promise<void> {
    await this.database.prepared(
      `INSERT INTO reports.movies AS known (movie_id, title, sequence) VALUES ($1, $2, $3)
       ON CONFLICT (movie_id) DO UPDATE SET title = excluded.title, sequence = excluded.sequence WHERE known.sequence <= excluded.sequence`,
      [movieId, title, sequence],
    );
  }

  async saveTheatre({ theatreId, name, timeZone, sequence }: TheatreFact): Promise<void> {
    await this.database.prepared(
      `INSERT INTO reports.theatres AS known (theatre_id, name, time_zone, sequence) VALUES ($1, $2, $3, $4)
       ON CONFLICT (theatre_id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone, sequence = excluded.sequence
       WHERE known.sequence <= excluded.sequence`,
      [theatreId, name, timeZone, sequence],
    );
  }

  async saveShowtime({ showtimeId, movieId, theatreId, roomId, capacity, startsAt, sequence }: ShowtimeFact): Promise<void> {
    await this.database.prepared(
      `INSERT INTO reports.showtimes AS known (showtime_id, movie_id, theatre_id, room_id, capacity, starts_at, sequence)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (showtime_id) DO UPDATE SET movie_id = excluded.movie_id, theatre_id = excluded.theatre_id, room_id = excluded.room_id,
         capacity = excluded.capacity, starts_at = excluded.starts_at, sequence = excluded.sequence
       WHERE known.sequence <= excluded.sequence`,
      [showtimeId, movieId, theatreId, roomId, capacity, startsAt, sequence],
    );
  }

  async markShowtimeCancelled(showtimeId: string): Promise<void> {
    await this.database.prepared(
      `INSERT INTO reports.showtimes (showtime_id, cancelled, sequence) VALUES ($1, true, 0)
       ON CONFLICT (showtime_id) DO UPDATE SET cancelled = true`,
      [showtimeId],
    );
  }

  async saveReservation({ reservationId, showtimeId, seatsSold, sequence }: ReservationFact): Promise<void> {
    await this.database.prepared(
      `INSERT INTO reports.reservations AS known (reservation_id, showtime_id, seats_sold, sequence) VALUES ($1, $2, $3, $4)
       ON CONFLICT (reservation_id) DO UPDATE SET showtime_id = excluded.showtime_id, seats_sold = excluded.seats_sold, sequence = excluded.sequence
       WHERE known.sequence <= excluded.sequence`,
      [reservationId, showtimeId, seatsSold, sequence],
    );
  }

  async saveMoney({ id, paymentId, reservationId, amount, currency, at, sequence, lostInDispute = false }: MoneyMovement): Promise<void> {
    await this.database.prepared(
      `INSERT INTO reports.money AS known (id, payment_id, reservation_id, amount, currency, at, sequence, lost_in_dispute)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (id) DO UPDATE SET payment_id = excluded.payment_id, reservation_id = excluded.reservation_id, amount = excluded.amount,
         currency = excluded.currency, at = excluded.at, sequence = excluded.sequence, lost_in_dispute = excluded.lost_in_dispute
       WHERE known.sequence <= excluded.sequence`,
      [id, paymentId, reservationId, amount, currency, at, sequence, lostInDispute],
    );
  }
}
