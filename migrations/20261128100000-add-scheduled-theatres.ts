import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The theatres in which a showtime was ever scheduled: a showtime that moves away leaves nothing else behind. What is known is where the showtimes
 * are now, and where the events that are still kept say that they were.
 */
export class AddScheduledTheatres20261128100000 implements MigrationInterface {
  readonly name = 'AddScheduledTheatres20261128100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE showtimes.scheduled_theatres (theatre_id uuid CONSTRAINT scheduled_theatres_pkey PRIMARY KEY)`);
    await runner.query(`
      INSERT INTO showtimes.scheduled_theatres
      SELECT theatre_id FROM showtimes.showtimes
      UNION
      SELECT (data->>'theatreId')::uuid FROM messaging.outbox
      WHERE type IN ('showtimes.showtime-scheduled.v1', 'showtimes.showtime-changed.v1') AND data->>'theatreId' IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE showtimes.scheduled_theatres`);
  }
}
