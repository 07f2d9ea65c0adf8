import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The facts that reports are made of. */
export class CreateReports20261126100700 implements MigrationInterface {
  readonly name = 'CreateReports20261126100700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA reports;
      CREATE TABLE reports.movies (movie_id uuid PRIMARY KEY, title text NOT NULL, sequence integer NOT NULL);
      CREATE TABLE reports.theatres (theatre_id uuid PRIMARY KEY, name text NOT NULL, time_zone text NOT NULL, sequence integer NOT NULL);
      -- The cancellation of a showtime may arrive before the showtime: then its facts are unknown yet.
      CREATE TABLE reports.showtimes (
        showtime_id uuid PRIMARY KEY,
        movie_id uuid,
        theatre_id uuid,
        room_id uuid,
        capacity integer,
        starts_at timestamptz,
        cancelled boolean NOT NULL DEFAULT false,
        sequence integer NOT NULL);
      CREATE INDEX showtimes_by_start ON reports.showtimes (starts_at, showtime_id);
      CREATE TABLE reports.reservations (
        reservation_id uuid PRIMARY KEY, showtime_id uuid NOT NULL, seats_sold integer NOT NULL, sequence integer NOT NULL);
      CREATE INDEX reservations_of_showtime ON reports.reservations (showtime_id) INCLUDE (seats_sold);
      CREATE TABLE reports.money (
        id uuid PRIMARY KEY,
        payment_id uuid NOT NULL,
        reservation_id uuid NOT NULL,
        amount integer NOT NULL,
        currency text NOT NULL,
        at timestamptz NOT NULL);
      CREATE INDEX money_by_time ON reports.money (at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA reports CASCADE');
  }
}
