import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `payments.webhooks` becomes `payments.stripe_events`, and its `tries` become `attempts`. */
export class RenameWebhooksToStripeEvents20261125090000 implements MigrationInterface {
  readonly name = 'RenameWebhooksToStripeEvents20261125090000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.webhooks RENAME TO stripe_events`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME COLUMN tries TO attempts`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME CONSTRAINT webhooks_pkey TO stripe_events_pkey`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME CONSTRAINT webhooks_status_known TO stripe_events_status_known`);
    await runner.query(`ALTER INDEX payments.webhooks_to_retry RENAME TO stripe_events_to_retry`);
    await runner.query(`ALTER INDEX payments.webhooks_by_status RENAME TO stripe_events_by_status`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER INDEX payments.stripe_events_by_status RENAME TO webhooks_by_status`);
    await runner.query(`ALTER INDEX payments.stripe_events_to_retry RENAME TO webhooks_to_retry`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME CONSTRAINT stripe_events_status_known TO webhooks_status_known`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME CONSTRAINT stripe_events_pkey TO webhooks_pkey`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME COLUMN attempts TO tries`);
    await runner.query(`ALTER TABLE payments.stripe_events RENAME TO webhooks`);
  }
}
