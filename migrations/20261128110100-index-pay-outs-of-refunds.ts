import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Admins list the refunds that the staff paid out. The constraint of the migration before is checked apart, which locks nobody out. */
export class IndexPayOutsOfRefunds20261128110100 implements MigrationInterface {
  readonly name = 'IndexPayOutsOfRefunds20261128110100';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.refunds VALIDATE CONSTRAINT refunds_paid_out_with_note`);
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.refunds_paid_out`);
    await runner.query(`CREATE INDEX CONCURRENTLY refunds_paid_out ON payments.refunds (id) WHERE paid_out_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.refunds_paid_out`);
  }
}
