import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until now the amount of a refund was what the staff had paid out of it. They are few, and have an index. The constraint is checked apart, which locks nobody out. */
export class FillAmountOfPayOuts20261128120100 implements MigrationInterface {
  readonly name = 'FillAmountOfPayOuts20261128120100';
  /** Not with the columns: their lock would be held while the rows are found. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE payments.refunds SET paid_out_amount = amount WHERE paid_out_at IS NOT NULL AND paid_out_amount IS NULL`);
    await runner.query(`ALTER TABLE payments.refunds VALIDATE CONSTRAINT refunds_paid_out_with_amount`);
  }

  async down(): Promise<void> {
    // The columns go with the migration before.
  }
}
