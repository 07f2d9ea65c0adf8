import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In a transaction of its own: the lock of the one before is gone, and writers go on meanwhile. */
export class ValidateStatusOfStripeEvents20261127070001 implements MigrationInterface {
  readonly name = 'ValidateStatusOfStripeEvents20261127070001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.stripe_events VALIDATE CONSTRAINT stripe_events_status_known`);
  }

  async down(): Promise<void> {
    // The migration before replaces the constraint.
  }
}
