import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When Stripe is asked next about a refund that it has taken. Null: some minutes after the refund changed. */
export class AddChecksToRefunds20261127120000 implements MigrationInterface {
  readonly name = 'AddChecksToRefunds20261127120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN next_check_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN next_check_at`);
  }
}
