import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When an API key ends by itself. Null: never, as every key of before. The release before lets an expired key in. */
export class AddExpiryToApiKeys20261127130000 implements MigrationInterface {
  readonly name = 'AddExpiryToApiKeys20261127130000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE auth.api_keys ADD COLUMN expires_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE auth.api_keys DROP COLUMN expires_at`);
  }
}
