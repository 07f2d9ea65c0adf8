import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A genre counts its events, so that a renaming is told in order. None was told before. */
export class AddVersionToGenres20261126124000 implements MigrationInterface {
  readonly name = 'AddVersionToGenres20261126124000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE movies.genres ADD COLUMN version integer NOT NULL DEFAULT 0,
        ADD CONSTRAINT genres_version_check CHECK (version >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE movies.genres DROP COLUMN version`);
  }
}
