import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names of the reservations schema follow the glossary: settlement, sales status, customer usage, and the kind of a cancellation run. */
export class RenameSettlementAndSalesStatuses20261125091000 implements MigrationInterface {
  readonly name = 'RenameSettlementAndSalesStatuses20261125091000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE reservations.judging RENAME TO settlement_watermark`);
    await runner.query(`ALTER TABLE reservations.settlement_watermark RENAME COLUMN judged_until TO settled_until`);
    await runner.query(`ALTER TABLE reservations.payment_outcomes RENAME COLUMN judged_at TO decided_at`);

    await runner.query(`ALTER TABLE reservations.sales RENAME TO sales_statuses`);
    await runner.query(`ALTER TABLE reservations.sales_statuses RENAME CONSTRAINT sales_pkey TO sales_statuses_pkey`);
    await runner.query(`ALTER INDEX reservations.reservations_standing RENAME TO reservations_customer_usage`);

    await runner.query(`ALTER TABLE reservations.cancellation_runs ADD COLUMN kind text`);
    await runner.query(`UPDATE reservations.cancellation_runs SET kind = CASE WHEN whole THEN 'cancelled' ELSE 'moved' END`);
    await runner.query(`
      ALTER TABLE reservations.cancellation_runs ALTER COLUMN kind SET NOT NULL, DROP COLUMN whole,
        ADD CONSTRAINT cancellation_runs_kind_known CHECK (kind IN ('cancelled', 'moved'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE reservations.cancellation_runs ADD COLUMN whole boolean`);
    await runner.query(`UPDATE reservations.cancellation_runs SET whole = kind = 'cancelled'`);
    await runner.query(`ALTER TABLE reservations.cancellation_runs ALTER COLUMN whole SET NOT NULL, DROP COLUMN kind`);

    await runner.query(`ALTER INDEX reservations.reservations_customer_usage RENAME TO reservations_standing`);
    await runner.query(`ALTER TABLE reservations.sales_statuses RENAME CONSTRAINT sales_statuses_pkey TO sales_pkey`);
    await runner.query(`ALTER TABLE reservations.sales_statuses RENAME TO sales`);

    await runner.query(`ALTER TABLE reservations.payment_outcomes RENAME COLUMN decided_at TO judged_at`);
    await runner.query(`ALTER TABLE reservations.settlement_watermark RENAME COLUMN settled_until TO judged_until`);
    await runner.query(`ALTER TABLE reservations.settlement_watermark RENAME TO judging`);
  }
}
