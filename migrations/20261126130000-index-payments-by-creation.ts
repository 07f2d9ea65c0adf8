import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A reconciliation reads the payments that were begun in its period. */
export class IndexPaymentsByCreation20261126130000 implements MigrationInterface {
  readonly name = 'IndexPaymentsByCreation20261126130000';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.payments_by_creation`);
    await runner.query(`CREATE INDEX CONCURRENTLY payments_by_creation ON payments.payments (created_at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX payments.payments_by_creation`);
  }
}
