import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reservations keep the disputes of their payments. Those that payments knows already are copied once. */
export class AddDisputesToReservations20261126135001 implements MigrationInterface {
  readonly name = 'AddDisputesToReservations20261126135001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE reservations.reservations ADD COLUMN disputes jsonb NOT NULL DEFAULT '[]', ADD COLUMN disputed boolean NOT NULL DEFAULT false`);
    await runner.query(`
      UPDATE reservations.reservations r SET disputes = known.disputes, disputed = known.disputed
      FROM (SELECT reservation_id, jsonb_agg(jsonb_build_object('id', id, 'outcome', outcome) ORDER BY id) AS disputes,
                   bool_or(outcome <> 'won') AS disputed
            FROM (SELECT p.reservation_id, d.id,
                         CASE WHEN d.closed_at IS NULL THEN 'open' WHEN d.status = 'lost' THEN 'lost' ELSE 'won' END AS outcome
                  FROM payments.disputes d JOIN payments.payments p ON p.id = d.payment_id) each_dispute
            GROUP BY reservation_id) known
      WHERE r.id = known.reservation_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE reservations.reservations DROP COLUMN disputes, DROP COLUMN disputed`);
  }
}
