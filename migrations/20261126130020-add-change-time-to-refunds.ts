import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a refund last changed, so that notifications can ask for what changed in a time. Null: before this was kept. */
export class AddChangeTimeToRefunds20261126130020 implements MigrationInterface {
  readonly name = 'AddChangeTimeToRefunds20261126130020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN changed_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN changed_at`);
  }
}
