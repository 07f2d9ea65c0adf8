import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users whose access tokens are refused although they have not expired. */
export class AddRevokedAccess20261126100410 implements MigrationInterface {
  readonly name = 'AddRevokedAccess20261126100410';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE auth.revoked_access (
        user_id uuid NOT NULL,
        revoked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT revoked_access_pkey PRIMARY KEY (user_id)
      )`);
    await runner.query(`CREATE INDEX revoked_access_by_time ON auth.revoked_access (revoked_at) INCLUDE (user_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE auth.revoked_access`);
  }
}
