import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys of machines. The key itself is stored nowhere: `prefix` finds the row, the hash decides. */
export class CreateApiKeys20261126136001 implements MigrationInterface {
  readonly name = 'CreateApiKeys20261126136001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE auth.api_keys (
        id uuid PRIMARY KEY,
        client text NOT NULL,
        prefix text NOT NULL CONSTRAINT api_keys_prefix_key UNIQUE,
        secret_hash text NOT NULL,
        scopes text[] NOT NULL CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) > 0),
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`);
    await runner.query(`CREATE INDEX api_keys_client ON auth.api_keys (client, id)`);
    await runner.query(`CREATE INDEX api_keys_revoked ON auth.api_keys (revoked_at) WHERE revoked_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE auth.api_keys`);
  }
}
