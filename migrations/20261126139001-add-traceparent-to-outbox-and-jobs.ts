import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace that an event or a job belongs to; null where nothing is traced. */
export class AddTraceparentToOutboxAndJobs20261126139001 implements MigrationInterface {
  readonly name = 'AddTraceparentToOutboxAndJobs20261126139001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE messaging.outbox ADD COLUMN traceparent text`);
    await runner.query(`ALTER TABLE platform.jobs ADD COLUMN traceparent text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE platform.jobs DROP COLUMN traceparent`);
    await runner.query(`ALTER TABLE messaging.outbox DROP COLUMN traceparent`);
  }
}
