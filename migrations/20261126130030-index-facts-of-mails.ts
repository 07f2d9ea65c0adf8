import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notifications asks for cancelled reservations and changed refunds by time. */
export class IndexFactsOfMails20261126130030 implements MigrationInterface {
  readonly name = 'IndexFactsOfMails20261126130030';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reservations.reservations_by_cancellation`);
    await runner.query(
      `CREATE INDEX CONCURRENTLY reservations_by_cancellation ON reservations.reservations (ended_at, id) WHERE status = 'cancelled'`,
    );
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.refunds_by_change`);
    await runner.query(
      `CREATE INDEX CONCURRENTLY refunds_by_change ON payments.refunds (changed_at, id) WHERE status IN ('submitted', 'succeeded')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX payments.refunds_by_change`);
    await runner.query(`DROP INDEX reservations.reservations_by_cancellation`);
  }
}
