import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `payments.due_rows` becomes `platform.jobs`, for the jobs of every context: kinds carry the name of their context, and a claim has a number. */
export class MoveDueRowsToJobs20261125092000 implements MigrationInterface {
  readonly name = 'MoveDueRowsToJobs20261125092000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.due_rows SET SCHEMA platform`);
    await runner.query(`ALTER TABLE platform.due_rows RENAME TO jobs`);
    await runner.query(`ALTER TABLE platform.jobs RENAME CONSTRAINT due_rows_pkey TO jobs_pkey`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN next_at TO run_at`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN wanted TO requests`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN tries TO attempts`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN attempt TO key_attempt`);
    await runner.query(`ALTER TABLE platform.jobs ADD COLUMN claim bigint`);
    await runner.query(`CREATE SEQUENCE platform.job_claims`);
    await runner.query(
      `UPDATE platform.jobs SET kind = 'payments.' || CASE kind WHEN 'check-event' THEN 'check-stripe-event' ELSE kind END`,
    );
    // As `complete` does now: a finished job without an idempotency key leaves no row.
    await runner.query(`DELETE FROM platform.jobs WHERE run_at IS NULL AND key_attempt = 1 AND key_since IS NULL`);
    await runner.query(`DROP INDEX platform.due_rows_next`);
    await runner.query(`CREATE INDEX jobs_due ON platform.jobs (kind, run_at) WHERE run_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX platform.jobs_due`);
    await runner.query(`CREATE INDEX due_rows_next ON platform.jobs (run_at) WHERE run_at IS NOT NULL`);
    await runner.query(`DELETE FROM platform.jobs WHERE kind NOT LIKE 'payments.%'`);
    await runner.query(
      `UPDATE platform.jobs SET kind = CASE kind WHEN 'payments.check-stripe-event' THEN 'check-event' ELSE substr(kind, length('payments.') + 1) END`,
    );
    await runner.query(`DROP SEQUENCE platform.job_claims`);
    await runner.query(`ALTER TABLE platform.jobs DROP COLUMN claim`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN key_attempt TO attempt`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN attempts TO tries`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN requests TO wanted`);
    await runner.query(`ALTER TABLE platform.jobs RENAME COLUMN run_at TO next_at`);
    await runner.query(`ALTER TABLE platform.jobs RENAME CONSTRAINT jobs_pkey TO due_rows_pkey`);
    await runner.query(`ALTER TABLE platform.jobs RENAME TO due_rows`);
    await runner.query(`ALTER TABLE platform.due_rows SET SCHEMA payments`);
  }
}
