import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An admin ends the waiting of a dead letter or of a parked Stripe event that nothing can be done about. The version before takes such a letter to be
 * waiting, and shows the status of such an event.
 */
export class AllowDismissingWhatWaits20261127070000 implements MigrationInterface {
  readonly name = 'AllowDismissingWhatWaits20261127070000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE messaging.dead_letters ADD COLUMN dismissed_at timestamptz`);
    await runner.query(`
      ALTER TABLE payments.stripe_events DROP CONSTRAINT stripe_events_status_known;
      ALTER TABLE payments.stripe_events ADD CONSTRAINT stripe_events_status_known CHECK (status IN ('received', 'applied', 'ignored', 'checking', 'failed', 'parked', 'dismissed')) NOT VALID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE payments.stripe_events SET status = 'parked' WHERE status = 'dismissed'`);
    await runner.query(`
      ALTER TABLE payments.stripe_events DROP CONSTRAINT stripe_events_status_known;
      ALTER TABLE payments.stripe_events ADD CONSTRAINT stripe_events_status_known CHECK (status IN ('received', 'applied', 'ignored', 'checking', 'failed', 'parked')) NOT VALID`);
    await runner.query(`ALTER TABLE messaging.dead_letters DROP COLUMN dismissed_at`);
  }
}
