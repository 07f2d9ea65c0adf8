import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, and the counters of the rate limits. */
export class OpenTheAccounts20261121081000 implements MigrationInterface {
  readonly name = 'OpenTheAccounts20261121081000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA auth`);
    await runner.query(`
      CREATE TABLE auth.users (
        id uuid NOT NULL,
        version integer NOT NULL,
        email text NOT NULL,
        full_name text NOT NULL,
        password_hash text NOT NULL,
        role text NOT NULL,
        active boolean NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT users_pkey PRIMARY KEY (id),
        CONSTRAINT users_email_key UNIQUE (email),
        CONSTRAINT users_email_check CHECK (email <> ''),
        CONSTRAINT users_role_check CHECK (role IN ('customer', 'admin')),
        CONSTRAINT users_version_check CHECK (version > 0)
      )`);
    await runner.query(`CREATE INDEX users_admins ON auth.users (id) WHERE role = 'admin' AND active`);

    // Counters may be lost in a crash. A page half empty keeps the many updates of one row inside it; columns are those of rate-limiter-flexible.
    await runner.query(`
      CREATE UNLOGGED TABLE platform.rate_limits (
        key text NOT NULL,
        points integer NOT NULL DEFAULT 0,
        expire bigint,
        CONSTRAINT rate_limits_pkey PRIMARY KEY (key)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE platform.rate_limits`);
    await runner.query(`DROP SCHEMA auth CASCADE`);
  }
}
