import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The version of the resource that an answer shows, for its `ETag`. Null where it has none, and in what the version before stores. */
export class AddVersionToIdempotencyKeys20261128100100 implements MigrationInterface {
  readonly name = 'AddVersionToIdempotencyKeys20261128100100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE platform.idempotency_keys ADD COLUMN version integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE platform.idempotency_keys DROP COLUMN version`);
  }
}
