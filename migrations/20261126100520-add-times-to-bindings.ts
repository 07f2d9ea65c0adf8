import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a binding was last declared, and since when it takes no events because its reaction is gone. */
export class AddTimesToBindings20261126100520 implements MigrationInterface {
  readonly name = 'AddTimesToBindings20261126100520';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(
      `ALTER TABLE messaging.bindings ADD COLUMN declared_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN unbound_at timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messaging.bindings DROP COLUMN unbound_at, DROP COLUMN declared_at`);
  }
}
