import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reservations, the claims that decide who owns a seat, what was decided about payments, and whether a showtime is sold. */
export class KeepReservations20261121085000 implements MigrationInterface {
  readonly name = 'KeepReservations20261121085000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA reservations`);
    await runner.query(`
      CREATE TABLE reservations.reservations (
        id uuid CONSTRAINT reservations_pkey PRIMARY KEY,
        version int NOT NULL,
        code text NOT NULL CONSTRAINT reservations_code_key UNIQUE,
        customer_id uuid NOT NULL,
        showtime_id uuid NOT NULL,
        showtime_version int NOT NULL,
        status text NOT NULL CONSTRAINT reservations_status_known CHECK (status IN ('held', 'confirmed', 'cancelled', 'expired', 'completed')),
        seats jsonb NOT NULL,
        total int NOT NULL CONSTRAINT reservations_total_not_negative CHECK (total >= 0),
        currency text NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        held_until timestamptz NOT NULL,
        extended boolean NOT NULL,
        refund_until timestamptz NOT NULL,
        payment_id uuid,
        late boolean NOT NULL,
        created_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        ended_at timestamptz,
        end_reason text
      )`);
    await runner.query(`CREATE INDEX reservations_of_customer ON reservations.reservations (customer_id, id)`);
    await runner.query(
      `CREATE INDEX reservations_standing ON reservations.reservations (customer_id, showtime_id) WHERE status IN ('held', 'confirmed')`,
    );
    await runner.query(`CREATE INDEX reservations_of_showtime ON reservations.reservations (showtime_id, id)`);
    await runner.query(`CREATE INDEX reservations_due ON reservations.reservations (held_until) WHERE status = 'held'`);
    await runner.query(`CREATE INDEX reservations_to_complete ON reservations.reservations (ends_at) WHERE status = 'confirmed'`);

    await runner.query(`
      CREATE TABLE reservations.seat_claims (
        showtime_id uuid NOT NULL,
        seat text COLLATE "C" NOT NULL,
        reservation_id uuid NOT NULL REFERENCES reservations.reservations (id),
        CONSTRAINT seat_claims_pkey PRIMARY KEY (showtime_id, seat)
      )`);
    await runner.query(`CREATE INDEX seat_claims_of_reservation ON reservations.seat_claims (reservation_id)`);

    await runner.query(`
      CREATE TABLE reservations.payment_outcomes (
        payment_id uuid CONSTRAINT payment_outcomes_pkey PRIMARY KEY,
        reservation_id uuid NOT NULL,
        outcome text CONSTRAINT payment_outcomes_known CHECK (outcome IN ('confirmed', 'confirmed-late', 'surplus', 'too-late')),
        judged_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX payment_outcomes_of_reservation ON reservations.payment_outcomes (reservation_id)`);

    await runner.query(`
      CREATE TABLE reservations.sales (
        showtime_id uuid CONSTRAINT sales_pkey PRIMARY KEY,
        version int NOT NULL,
        closed boolean NOT NULL
      )`);

    await runner.query(
      `CREATE TABLE reservations.judging (one boolean PRIMARY KEY DEFAULT true CHECK (one), judged_until timestamptz NOT NULL)`,
    );
    await runner.query(`INSERT INTO reservations.judging (judged_until) VALUES ('epoch')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA reservations CASCADE`);
  }
}
