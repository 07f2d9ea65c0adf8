import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Schedules delete old mails and old data of Stripe, as they do all other rows. No worker runs the two jobs that did it. */
export class DeleteJobsThatDeletedOldRows20261127170001 implements MigrationInterface {
  readonly name = 'DeleteJobsThatDeletedOldRows20261127170001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DELETE FROM platform.jobs WHERE kind IN ('notifications.delete-old-mails', 'payments.delete-old-stripe-data')`);
  }

  async down(): Promise<void> {
    // A worker of the version before requests its repeated jobs when it starts.
  }
}
