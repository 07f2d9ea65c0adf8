import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The networks that users have logged in from, as marks that only the secret makes. */
export class CreateLoginNetworks20261126134002 implements MigrationInterface {
  readonly name = 'CreateLoginNetworks20261126134002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE auth.login_networks (
        user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
        network text NOT NULL,
        last_login_at timestamptz NOT NULL,
        CONSTRAINT login_networks_pkey PRIMARY KEY (user_id, network)
      )`);
    await runner.query(`CREATE INDEX login_networks_by_time ON auth.login_networks (last_login_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE auth.login_networks`);
  }
}
