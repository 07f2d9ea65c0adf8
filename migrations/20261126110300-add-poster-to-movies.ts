import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which poster a movie has. Its images are objects of the storage, whose keys are made of this id. */
export class AddPosterToMovies20261126110300 implements MigrationInterface {
  readonly name = 'AddPosterToMovies20261126110300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE movies.movies ADD COLUMN poster_id uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE movies.movies DROP COLUMN poster_id`);
  }
}
