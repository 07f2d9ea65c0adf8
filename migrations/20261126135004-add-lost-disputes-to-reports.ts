import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports tell money that was lost in disputes from refunds. Disputes that were lost before their event existed are copied once. */
export class AddLostDisputesToReports20261126135004 implements MigrationInterface {
  readonly name = 'AddLostDisputesToReports20261126135004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE reports.money ADD COLUMN lost_in_dispute boolean NOT NULL DEFAULT false`);
    await runner.query(`
      INSERT INTO reports.money (id, payment_id, reservation_id, amount, currency, at, sequence, lost_in_dispute)
      SELECT gen_random_uuid(), p.id, p.reservation_id, -d.amount, d.currency, d.closed_at, 0, true
      FROM payments.disputes d JOIN payments.payments p ON p.id = d.payment_id WHERE d.status = 'lost' AND d.closed_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM reports.money WHERE lost_in_dispute`);
    await runner.query(`ALTER TABLE reports.money DROP COLUMN lost_in_dispute`);
  }
}
