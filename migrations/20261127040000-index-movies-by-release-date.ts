import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the list of movies by release date, in both directions. A movie without one comes before all others. */
export class IndexMoviesByReleaseDate20261127040000 implements MigrationInterface {
  readonly name = 'IndexMoviesByReleaseDate20261127040000';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS movies.movies_by_release_date`);
    await runner.query(
      `CREATE INDEX CONCURRENTLY movies_by_release_date ON movies.movies (status, coalesce(release_date, '-infinity'::date), id)`,
    );
  }

  /** Undone in a transaction, as TypeORM undoes every migration. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX movies.movies_by_release_date`);
  }
}
