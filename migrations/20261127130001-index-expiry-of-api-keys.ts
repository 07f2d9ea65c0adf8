import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that expire soon are found, and those that expired long ago deleted, without reading the others. */
export class IndexExpiryOfApiKeys20261127130001 implements MigrationInterface {
  readonly name = 'IndexExpiryOfApiKeys20261127130001';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS auth.api_keys_expires`);
    await runner.query(`CREATE INDEX CONCURRENTLY api_keys_expires ON auth.api_keys (expires_at) WHERE expires_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS auth.api_keys_expires`);
  }
}
