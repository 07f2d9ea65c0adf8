import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether an external refund was requested for changed seats, before a restore lost it. */
export class AddChangedSeatsToRefunds20261127120100 implements MigrationInterface {
  readonly name = 'AddChangedSeatsToRefunds20261127120100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN for_changed_seats boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN for_changed_seats`);
  }
}
