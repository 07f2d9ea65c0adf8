import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is owed for one reason may go back in several refunds. The payment, under the lock of its row, requests no more than is missing. The version
 * before does not need the index: it asks the payment too, and requests one a reason.
 */
export class AllowRestOfOwedRefunds20261127060000 implements MigrationInterface {
  readonly name = 'AllowRestOfOwedRefunds20261127060000';
  /** An index is dropped concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.refunds_one_a_reason`);
  }

  /** Undone in a transaction, as TypeORM undoes every migration. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE UNIQUE INDEX refunds_one_a_reason ON payments.refunds (payment_id, reason) WHERE reason NOT IN ('external', 'goodwill', 'seats-changed')`,
    );
  }
}
