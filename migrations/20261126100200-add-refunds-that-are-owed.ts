import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refunds get the reasons of cancelled and moved showtimes and of goodwill, and a note. The search for owed refunds gets its watermark. */
export class AddRefundsThatAreOwed20261126100200 implements MigrationInterface {
  readonly name = 'AddRefundsThatAreOwed20261126100200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE payments.refunds ADD COLUMN note text`);
    await runner.query(`ALTER TABLE payments.refunds DROP CONSTRAINT refunds_reason_known`);
    await runner.query(`
      ALTER TABLE payments.refunds ADD CONSTRAINT refunds_reason_known CHECK (reason IN ('reservation-cancelled', 'showtime-cancelled',
        'showtime-moved', 'payment-came-too-late', 'surplus-payment', 'wrong-amount', 'goodwill', 'external')) NOT VALID`);
    await runner.query(`ALTER TABLE payments.refunds VALIDATE CONSTRAINT refunds_reason_known`);
    await runner.query(`CREATE TABLE payments.owed_refunds_watermark (requested_until timestamptz NOT NULL)`);
    await runner.query(`INSERT INTO payments.owed_refunds_watermark VALUES ('epoch')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE payments.owed_refunds_watermark`);
    await runner.query(`ALTER TABLE payments.refunds DROP CONSTRAINT refunds_reason_known`);
    await runner.query(`
      ALTER TABLE payments.refunds ADD CONSTRAINT refunds_reason_known
        CHECK (reason IN ('reservation-cancelled', 'payment-came-too-late', 'surplus-payment', 'wrong-amount', 'external')) NOT VALID`);
    await runner.query(`ALTER TABLE payments.refunds DROP COLUMN note`);
  }
}
