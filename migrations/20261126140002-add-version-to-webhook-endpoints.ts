import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A webhook endpoint counts the changes that admins make, for its `ETag`. */
export class AddVersionToWebhookEndpoints20261126140002 implements MigrationInterface {
  readonly name = 'AddVersionToWebhookEndpoints20261126140002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE subscriptions.webhook_endpoints ADD COLUMN version integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE subscriptions.webhook_endpoints DROP COLUMN version`);
  }
}
