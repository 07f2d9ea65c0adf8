import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A showtime knows its last move, so that reservations can ask for it where the event is late or lost. */
export class AddLastMoveToShowtimes20261126100100 implements MigrationInterface {
  readonly name = 'AddLastMoveToShowtimes20261126100100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE showtimes.showtimes ADD COLUMN moved_version integer, ADD COLUMN moved_at timestamptz,
        ADD CONSTRAINT showtimes_moved_check CHECK ((moved_version IS NULL) = (moved_at IS NULL))`);
    // Every move is still in the outbox, which is kept whole.
    await runner.query(`
      UPDATE showtimes.showtimes s SET moved_version = move.version, moved_at = move.time
      FROM (SELECT DISTINCT ON (subject) subject, (data->>'showtimeVersion')::int AS version, time FROM messaging.outbox
            WHERE type = 'showtimes.showtime-changed.v1' AND (data->>'moved')::boolean ORDER BY subject, sequence DESC) move
      WHERE s.id = move.subject`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE showtimes.showtimes DROP COLUMN moved_version, DROP COLUMN moved_at`);
  }
}
