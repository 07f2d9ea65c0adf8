import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  ['showtimes_of_theatre', '(theatre_id, starts_at, showtime_id)'],
  ['showtimes_of_movie', '(movie_id, starts_at, showtime_id)'],
] as const;

/** The reports of one theatre or one movie read its showtimes only. */
export class IndexShowtimesOfReports20261126110610 implements MigrationInterface {
  readonly name = 'IndexShowtimesOfReports20261126110610';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of INDEXES) {
      // An attempt that was cut off leaves an invalid index of this name.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reports.${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON reports.showtimes ${on}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reports.${name}`);
  }
}
