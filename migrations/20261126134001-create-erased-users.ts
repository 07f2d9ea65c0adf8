import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was erased, by id alone, and an audit trail that names nobody: its subject is the id. */
export class CreateErasedUsers20261126134001 implements MigrationInterface {
  readonly name = 'CreateErasedUsers20261126134001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE auth.erased_users (
        user_id uuid CONSTRAINT erased_users_pkey PRIMARY KEY,
        erased_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX erased_users_by_time ON auth.erased_users (erased_at, user_id)`);
    // A handful of rows: operators make them by hand.
    await runner.query(`
      UPDATE platform.audit_trail SET details = '{}' WHERE actor IS NULL AND action IN ('auth.create-admin', 'auth.create-first-admin')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE auth.erased_users`);
  }
}
