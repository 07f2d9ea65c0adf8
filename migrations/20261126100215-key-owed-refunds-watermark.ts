import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The one row of the watermark gets a primary key, as every table has one. */
export class KeyOwedRefundsWatermark20261126100215 implements MigrationInterface {
  readonly name = 'KeyOwedRefundsWatermark20261126100215';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE payments.owed_refunds_watermark ADD COLUMN one boolean NOT NULL DEFAULT true
        CONSTRAINT owed_refunds_watermark_pkey PRIMARY KEY CONSTRAINT owed_refunds_watermark_one_row CHECK (one)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.owed_refunds_watermark DROP COLUMN one`);
  }
}
