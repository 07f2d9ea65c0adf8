import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Theatres, their rooms, and every version of a room's seats. */
export class BuildTheTheatres20261121083000 implements MigrationInterface {
  readonly name = 'BuildTheTheatres20261121083000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA rooms`);
    await runner.query(`
      CREATE TABLE rooms.theatres (
        id uuid NOT NULL,
        version integer NOT NULL,
        name text NOT NULL,
        time_zone text NOT NULL,
        currency text NOT NULL,
        opened_at timestamptz NOT NULL,
        CONSTRAINT theatres_pkey PRIMARY KEY (id),
        CONSTRAINT theatres_version_check CHECK (version > 0),
        CONSTRAINT theatres_name_check CHECK (name <> ''),
        CONSTRAINT theatres_currency_check CHECK (currency ~ '^[A-Z]{3}$')
      )`);
    await runner.query(`CREATE UNIQUE INDEX theatres_name ON rooms.theatres (lower(name))`);
    await runner.query(`CREATE INDEX theatres_by_name ON rooms.theatres (name, id)`);

    await runner.query(`
      CREATE TABLE rooms.rooms (
        id uuid NOT NULL,
        version integer NOT NULL,
        theatre_id uuid NOT NULL,
        name text NOT NULL,
        cleaning_minutes integer NOT NULL,
        seats integer NOT NULL,
        seat_plan_version integer NOT NULL,
        opened_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT rooms_pkey PRIMARY KEY (id),
        CONSTRAINT rooms_theatre_fkey FOREIGN KEY (theatre_id) REFERENCES rooms.theatres (id),
        CONSTRAINT rooms_version_check CHECK (version > 0),
        CONSTRAINT rooms_name_check CHECK (name <> ''),
        CONSTRAINT rooms_cleaning_check CHECK (cleaning_minutes >= 0),
        CONSTRAINT rooms_seats_check CHECK (seats > 0),
        CONSTRAINT rooms_seat_plan_check CHECK (seat_plan_version > 0)
      )`);
    // The name of a closed room may be given again.
    await runner.query(`CREATE UNIQUE INDEX rooms_name_in_theatre ON rooms.rooms (theatre_id, lower(name)) WHERE closed_at IS NULL`);
    await runner.query(`CREATE INDEX rooms_of_theatre ON rooms.rooms (theatre_id, name, id)`);
    await runner.query(`CREATE INDEX rooms_by_name ON rooms.rooms (name, id)`);

    await runner.query(`
      CREATE TABLE rooms.seat_plans (
        room_id uuid NOT NULL,
        version integer NOT NULL,
        layout jsonb NOT NULL,
        seats jsonb NOT NULL,
        seats_by_category jsonb NOT NULL,
        made_at timestamptz NOT NULL,
        CONSTRAINT seat_plans_pkey PRIMARY KEY (room_id, version),
        CONSTRAINT seat_plans_room_fkey FOREIGN KEY (room_id) REFERENCES rooms.rooms (id),
        CONSTRAINT seat_plans_version_check CHECK (version > 0),
        CONSTRAINT seat_plans_layout_check CHECK (jsonb_typeof(layout) = 'array'),
        CONSTRAINT seat_plans_seats_check CHECK (jsonb_typeof(seats) = 'array')
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA rooms CASCADE`);
  }
}
