import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A mail without an answer had a job of its own that requested the next send; now the job that sends it is put off. Those that wait keep their time. */
export class SendUnconfirmedMailsByTheirOwnJob20261127170000 implements MigrationInterface {
  readonly name = 'SendUnconfirmedMailsByTheirOwnJob20261127170000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(
      `INSERT INTO platform.jobs (kind, subject, run_at)
       SELECT 'notifications.send-mail', subject, run_at FROM platform.jobs
       WHERE kind = 'notifications.send-unconfirmed-mail' AND run_at IS NOT NULL
       ON CONFLICT (kind, subject) DO NOTHING`,
    );
    await runner.query(`DELETE FROM platform.jobs WHERE kind = 'notifications.send-unconfirmed-mail'`);
  }

  async down(): Promise<void> {
    // The jobs are of a kind that the version before knows.
  }
}
