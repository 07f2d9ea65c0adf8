import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What reservations owes is state, not only an event; and reservations compares what it knows of showtimes with what they say. */
export class AddRefundDueToReservations20261126100110 implements MigrationInterface {
  readonly name = 'AddRefundDueToReservations20261126100110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE reservations.reservations
        ADD COLUMN refund_due int, ADD COLUMN refund_owed_at timestamptz, ADD COLUMN refund_reason text,
        ADD CONSTRAINT reservations_refund_complete
          CHECK ((refund_due IS NULL) = (refund_owed_at IS NULL) AND (refund_due IS NULL) = (refund_reason IS NULL)),
        ADD CONSTRAINT reservations_refund_not_above_total CHECK (refund_due BETWEEN 0 AND total)`);
    // What an admin granted is known from the event alone. An outbox that was emptied by hand leaves the policy.
    await runner.query(`
      UPDATE reservations.reservations r
      SET refund_owed_at = r.ended_at, refund_reason = 'reservation-cancelled', refund_due = coalesce(
        (SELECT (o.data->'refundDue'->>'amount')::int FROM messaging.outbox o
         WHERE o.subject = r.id AND o.type = 'reservations.reservation-cancelled.v1' ORDER BY o.sequence DESC LIMIT 1),
        CASE WHEN r.end_reason = 'cancelled-by-cinema' OR r.ended_at < r.refund_until THEN r.total ELSE 0 END)
      WHERE r.status = 'cancelled' AND r.payment_id IS NOT NULL`);

    await runner.query(`ALTER TABLE reservations.payment_outcomes ADD COLUMN refund_due int, ADD COLUMN refund_currency text`);
    // A payment that gets an outcome is of the right amount: the price.
    await runner.query(`
      UPDATE reservations.payment_outcomes o SET refund_due = r.total, refund_currency = r.currency
      FROM reservations.reservations r WHERE r.id = o.reservation_id AND o.outcome IN ('surplus', 'too-late')`);
    await runner.query(`
      ALTER TABLE reservations.payment_outcomes ADD CONSTRAINT payment_outcomes_refund_known
        CHECK ((outcome IN ('surplus', 'too-late')) = (refund_due IS NOT NULL) AND (refund_due IS NULL) = (refund_currency IS NULL))`);

    await runner.query(`ALTER TABLE reservations.cancellation_runs ADD COLUMN moved_at timestamptz`);
    await runner.query(`
      CREATE TABLE reservations.showtime_comparison (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        starts_at timestamptz,
        showtime_id uuid NOT NULL,
        pass_began_at timestamptz NOT NULL
      )`);
    await runner.query(
      `INSERT INTO reservations.showtime_comparison (showtime_id, pass_began_at) VALUES ('00000000-0000-0000-0000-000000000000', 'epoch')`,
    );

    await runner.query(
      `CREATE INDEX reservations_refund_owed ON reservations.reservations (refund_owed_at, payment_id) WHERE refund_due > 0`,
    );
    await runner.query(
      `CREATE INDEX payment_outcomes_refund_owed ON reservations.payment_outcomes (decided_at, payment_id) WHERE refund_due > 0`,
    );
    await runner.query(`
      CREATE INDEX reservations_to_compare ON reservations.reservations (starts_at, showtime_id)
      WHERE status IN ('held', 'confirmed') OR refund_due < total`);
    // A run looks at completed and cancelled reservations too, so that it takes the index of all reservations of a showtime.
    await runner.query(`DROP INDEX reservations.reservations_live_of_showtime`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX reservations_live_of_showtime ON reservations.reservations (showtime_id, id) WHERE status IN ('held', 'confirmed')`,
    );
    await runner.query(`DROP INDEX reservations.reservations_to_compare`);
    await runner.query(`DROP TABLE reservations.showtime_comparison`);
    await runner.query(`ALTER TABLE reservations.cancellation_runs DROP COLUMN moved_at`);
    await runner.query(`
      ALTER TABLE reservations.payment_outcomes DROP CONSTRAINT payment_outcomes_refund_known, DROP COLUMN refund_due, DROP COLUMN refund_currency`);
    await runner.query(
      `ALTER TABLE reservations.reservations DROP COLUMN refund_due, DROP COLUMN refund_owed_at, DROP COLUMN refund_reason`,
    );
  }
}
