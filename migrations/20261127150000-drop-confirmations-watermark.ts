import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The table that `mail_watermarks` replaced: no release reads it. */
export class DropConfirmationsWatermark20261127150000 implements MigrationInterface {
  readonly name = 'DropConfirmationsWatermark20261127150000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`-- squawk-ignore ban-drop-table
      DROP TABLE notifications.confirmations_watermark`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notifications.confirmations_watermark (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), requested_until timestamptz NOT NULL);
      INSERT INTO notifications.confirmations_watermark (requested_until)
      SELECT requested_until FROM notifications.mail_watermarks WHERE search = 'confirmations'`);
  }
}
