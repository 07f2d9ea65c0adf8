import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an address that is not verified got in the last hour is counted without reading the other mails of its user. */
export class IndexSentMailsOfUsers20261127190000 implements MigrationInterface {
  readonly name = 'IndexSentMailsOfUsers20261127190000';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS notifications.mails_sent_to_user`);
    await runner.query(`CREATE INDEX CONCURRENTLY mails_sent_to_user ON notifications.mails (user_id, ended_at) WHERE status = 'sent'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS notifications.mails_sent_to_user`);
  }
}
