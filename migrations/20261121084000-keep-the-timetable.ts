import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Showtimes; two of a room never overlap, cleaning included. */
export class KeepTheTimetable20261121084000 implements MigrationInterface {
  readonly name = 'KeepTheTimetable20261121084000';

  async up(runner: QueryRunner): Promise<void> {
    // For "=" on a uuid inside a gist index.
    await runner.query(`CREATE EXTENSION IF NOT EXISTS btree_gist`);
    await runner.query(`CREATE SCHEMA showtimes`);
    await runner.query(`
      CREATE TABLE showtimes.showtimes (
        id uuid NOT NULL,
        version integer NOT NULL,
        status text NOT NULL,
        movie_id uuid NOT NULL,
        room_id uuid NOT NULL,
        theatre_id uuid NOT NULL,
        seat_plan_version integer NOT NULL,
        seats integer NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        room_free_at timestamptz NOT NULL,
        time_zone text NOT NULL,
        starts_at_local text NOT NULL,
        currency text NOT NULL,
        prices jsonb NOT NULL,
        sales_open_at timestamptz,
        scheduled_at timestamptz NOT NULL,
        cancel_reason text,
        CONSTRAINT showtimes_pkey PRIMARY KEY (id),
        CONSTRAINT showtimes_version_check CHECK (version > 0),
        CONSTRAINT showtimes_status_check CHECK (status IN ('scheduled', 'cancelled')),
        CONSTRAINT showtimes_seats_check CHECK (seats > 0),
        CONSTRAINT showtimes_times_check CHECK (starts_at < ends_at AND ends_at <= room_free_at),
        CONSTRAINT showtimes_local_check CHECK (starts_at_local ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$'),
        CONSTRAINT showtimes_sales_check CHECK (sales_open_at < starts_at),
        CONSTRAINT showtimes_no_overlap
          EXCLUDE USING gist (room_id WITH =, tstzrange(starts_at, room_free_at, '[)') WITH &&) WHERE (status = 'scheduled')
      )`);
    await runner.query(`CREATE INDEX showtimes_by_start ON showtimes.showtimes (starts_at, id)`);
    await runner.query(`CREATE INDEX showtimes_of_movie ON showtimes.showtimes (movie_id, starts_at, id)`);
    await runner.query(`CREATE INDEX showtimes_of_room ON showtimes.showtimes (room_id, starts_at, id)`);
    await runner.query(`CREATE INDEX showtimes_of_theatre ON showtimes.showtimes (theatre_id, starts_at, id)`);
    await runner.query(`CREATE INDEX showtimes_of_day ON showtimes.showtimes (left(starts_at_local, 10), starts_at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA showtimes CASCADE`);
  }
}
