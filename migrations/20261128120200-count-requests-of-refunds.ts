import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a refund was requested. An answer of Stripe's to an earlier request is not about the present one. */
export class CountRequestsOfRefunds20261128120200 implements MigrationInterface {
  readonly name = 'CountRequestsOfRefunds20261128120200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN times_requested integer NOT NULL DEFAULT 1`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN times_requested`);
  }
}
