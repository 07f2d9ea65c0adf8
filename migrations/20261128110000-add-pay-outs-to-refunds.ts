import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A refund that failed for good is paid out by the staff in another way. */
export class AddPayOutsToRefunds20261128110000 implements MigrationInterface {
  readonly name = 'AddPayOutsToRefunds20261128110000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN paid_out_at timestamptz, ADD COLUMN paid_out_note text`);
    await runner.query(
      `ALTER TABLE payments.refunds ADD CONSTRAINT refunds_paid_out_with_note CHECK ((paid_out_at IS NULL) = (paid_out_note IS NULL)) NOT VALID`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN paid_out_at, DROP COLUMN paid_out_note`);
  }
}
