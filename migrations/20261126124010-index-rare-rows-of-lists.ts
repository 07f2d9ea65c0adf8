import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  // Without it a list of cancelled showtimes reads all others, too.
  ['showtimes', 'showtimes_cancelled', `ON showtimes.showtimes (starts_at, id) WHERE status = 'cancelled'`],
  ['rooms', 'rooms_closed', 'ON rooms.rooms (name, id) WHERE closed_at IS NOT NULL'],
  // Finds a part of a title of three letters or more.
  ['movies', 'movies_title_parts', 'ON movies.movies USING gin (title_key gin_trgm_ops)'],
] as const;

/** Lists of what is rare among many rows read a page, not the table. */
export class IndexRareRowsOfLists20261126124010 implements MigrationInterface {
  readonly name = 'IndexRareRowsOfLists20261126124010';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // A trusted extension, as btree_gist is: the owner of the database may create it.
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm`);
    for (const [schema, name, on] of INDEXES) {
      // An attempt that was cut off leaves an invalid index of this name.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${schema}.${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ${on}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [schema, name] of INDEXES) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${schema}.${name}`);
  }
}
