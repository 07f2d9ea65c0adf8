import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One login and the refresh tokens that follow from it: hashes only. */
export class CreateSessions20261126110110 implements MigrationInterface {
  readonly name = 'CreateSessions20261126110110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE auth.sessions (
        id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
        user_id uuid NOT NULL,
        token_hash text NOT NULL,
        previous_token_hash text,
        rotated_at timestamptz,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz
      )`);
    await runner.query(`CREATE INDEX sessions_of_user ON auth.sessions (user_id) WHERE ended_at IS NULL`);
    await runner.query(`CREATE INDEX sessions_expiry ON auth.sessions (expires_at)`);
    await runner.query(`CREATE INDEX sessions_ended ON auth.sessions (ended_at) INCLUDE (id) WHERE ended_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE auth.sessions`);
  }
}
