import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One run for every showtime that was cancelled or moved: everybody who reserved on the old terms gets the money back. */
export class WorkOffCancellationRuns20261121087000 implements MigrationInterface {
  readonly name = 'WorkOffCancellationRuns20261121087000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reservations.cancellation_runs (
        showtime_id uuid NOT NULL,
        showtime_version int NOT NULL,
        whole boolean NOT NULL,
        reason text,
        total int NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT cancellation_runs_pkey PRIMARY KEY (showtime_id, showtime_version)
      )`);
    await runner.query(
      `CREATE INDEX cancellation_runs_unfinished ON reservations.cancellation_runs (started_at) WHERE finished_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX reservations_live_of_showtime ON reservations.reservations (showtime_id, id) WHERE status IN ('held', 'confirmed')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX reservations.reservations_live_of_showtime`);
    await runner.query(`DROP TABLE reservations.cancellation_runs`);
  }
}
