import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The admin who created an API key: a key outlives its admin, and who dismisses an admin asks which keys these are. The audit trail knows the old ones. */
export class AddCreatorToApiKeys20261127110000 implements MigrationInterface {
  readonly name = 'AddCreatorToApiKeys20261127110000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE auth.api_keys ADD COLUMN created_by uuid`);
    await runner.query(
      `UPDATE auth.api_keys SET created_by = entry.actor FROM platform.audit_trail AS entry
       WHERE entry.action = 'auth.create-api-key' AND entry.subject = api_keys.id::text`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE auth.api_keys DROP COLUMN created_by`);
  }
}
