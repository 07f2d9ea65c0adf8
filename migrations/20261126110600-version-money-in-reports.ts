import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Money in reports follows a refund that fails after it had succeeded, so it has the sequence of its event as the other facts. Showtimes are
 * found by theatre and by movie. `rebuilds` keeps how far a rebuild has come, one row at most.
 */
export class VersionMoneyInReports20261126110600 implements MigrationInterface {
  readonly name = 'VersionMoneyInReports20261126110600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE reports.money ADD COLUMN sequence integer NOT NULL DEFAULT 0`);
    await runner.query(`ALTER TABLE reports.money ALTER COLUMN sequence DROP DEFAULT`);
    await runner.query(`
      CREATE TABLE reports.rebuilds (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        position bigint NOT NULL,
        until bigint NOT NULL,
        events integer NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE reports.rebuilds`);
    await runner.query(`ALTER TABLE reports.money DROP COLUMN sequence`);
  }
}
