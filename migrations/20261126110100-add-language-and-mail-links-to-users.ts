import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A user's language, whether the address is verified, and the newest link of each kind that was sent by mail. */
export class AddLanguageAndMailLinksToUsers20261126110100 implements MigrationInterface {
  readonly name = 'AddLanguageAndMailLinksToUsers20261126110100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE auth.users
        ADD COLUMN language text NOT NULL DEFAULT 'en',
        ADD COLUMN email_verified_at timestamptz,
        ADD COLUMN verification_id uuid,
        ADD COLUMN verification_expires_at timestamptz,
        ADD COLUMN reset_id uuid,
        ADD COLUMN reset_expires_at timestamptz,
        ADD CONSTRAINT users_language_check CHECK (language IN ('en', 'de'))`);
    // Every entry is null at this moment: the indexes are built at once.
    await runner.query(`CREATE INDEX users_verification ON auth.users (verification_id) WHERE verification_id IS NOT NULL`);
    await runner.query(`CREATE INDEX users_reset ON auth.users (reset_id) WHERE reset_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE auth.users
        DROP COLUMN language,
        DROP COLUMN email_verified_at,
        DROP COLUMN verification_id,
        DROP COLUMN verification_expires_at,
        DROP COLUMN reset_id,
        DROP COLUMN reset_expires_at`);
  }
}
