import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the staff paid out of a refund, and who recorded it. `amount` is what Stripe says. */
export class AddAmountToPayOuts20261128120000 implements MigrationInterface {
  readonly name = 'AddAmountToPayOuts20261128120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN paid_out_amount integer, ADD COLUMN paid_out_by uuid`);
    await runner.query(
      `ALTER TABLE payments.refunds ADD CONSTRAINT refunds_paid_out_with_amount CHECK ((paid_out_at IS NULL) = (paid_out_amount IS NULL)) NOT VALID`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN paid_out_amount, DROP COLUMN paid_out_by`);
  }
}
