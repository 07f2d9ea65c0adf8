import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Disputes keep what moved on the balance for them and what the bank keeps by the last decision, which can change. Reports count a dispute once,
 * by its own id instead of that of an event, so that a later decision replaces an earlier one.
 */
export class AddFundsToDisputes20261126140001 implements MigrationInterface {
  readonly name = 'AddFundsToDisputes20261126140001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE payments.disputes
        ADD COLUMN balance_transactions int NOT NULL DEFAULT 0,
        ADD COLUMN reinstated int NOT NULL DEFAULT 0,
        ADD COLUMN fee int,
        ADD COLUMN fee_currency text,
        ADD COLUMN lost int`);
    await runner.query(`DELETE FROM reports.money WHERE lost_in_dispute`);
    await runner.query(`
      INSERT INTO reports.money (id, payment_id, reservation_id, amount, currency, at, sequence, lost_in_dispute)
      SELECT md5('dispute:' || d.id)::uuid, p.id, p.reservation_id, -d.amount, d.currency, d.closed_at, 0, true
      FROM payments.disputes d JOIN payments.payments p ON p.id = d.payment_id WHERE d.status = 'lost' AND d.closed_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.disputes DROP COLUMN balance_transactions, DROP COLUMN reinstated, DROP COLUMN fee, DROP COLUMN fee_currency, DROP COLUMN lost`);
  }
}
