import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each search for facts without their mail has a watermark. The table of the one there was is left to workers of the version before. */
export class AddMailWatermarks20261126130010 implements MigrationInterface {
  readonly name = 'AddMailWatermarks20261126130010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE notifications.mail_watermarks (
        search text CONSTRAINT mail_watermarks_pkey PRIMARY KEY, requested_until timestamptz NOT NULL);
      -- What happened before there were such searches gets no mail.
      INSERT INTO notifications.mail_watermarks (search, requested_until)
      SELECT 'confirmations', requested_until FROM notifications.confirmations_watermark
      UNION ALL SELECT search, now() FROM unnest(ARRAY['cancellations', 'refunds']) AS search`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE notifications.mail_watermarks`);
  }
}
