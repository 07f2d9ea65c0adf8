import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In a transaction of its own: the lock of the one before is gone, and writers go on meanwhile. */
export class ValidateLanguageOfUsers20261127030101 implements MigrationInterface {
  readonly name = 'ValidateLanguageOfUsers20261127030101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE auth.users VALIDATE CONSTRAINT users_language_check`);
  }

  async down(): Promise<void> {
    // The migration before replaces the constraint.
  }
}
