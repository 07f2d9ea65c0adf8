import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which languages there are is known to what writes mails. The database keeps the shape alone, so that another one needs no migration. */
export class AllowAnyLanguageOfUsers20261127030100 implements MigrationInterface {
  readonly name = 'AllowAnyLanguageOfUsers20261127030100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE auth.users DROP CONSTRAINT users_language_check;
      ALTER TABLE auth.users ADD CONSTRAINT users_language_check CHECK (language ~ '^[A-Za-z0-9-]{2,35}$') NOT VALID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE auth.users SET language = 'en' WHERE language NOT IN ('en', 'de')`);
    await runner.query(`
      ALTER TABLE auth.users DROP CONSTRAINT users_language_check;
      ALTER TABLE auth.users ADD CONSTRAINT users_language_check CHECK (language IN ('en', 'de')) NOT VALID`);
  }
}
