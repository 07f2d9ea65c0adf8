import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a mail was sent without an answer of the mail server: it may have been delivered each time, so it is not sent for ever. */
export class CountUnconfirmedSendsOfMails20261127100000 implements MigrationInterface {
  readonly name = 'CountUnconfirmedSendsOfMails20261127100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE notifications.mails ADD COLUMN unconfirmed_sends integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE notifications.mails DROP COLUMN unconfirmed_sends`);
  }
}
