import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why the last card was declined. Null for payments of before: Stripe still has it. */
export class AddLastErrorToPayments20261126135002 implements MigrationInterface {
  readonly name = 'AddLastErrorToPayments20261126135002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.payments ADD COLUMN last_error jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.payments DROP COLUMN last_error`);
  }
}
