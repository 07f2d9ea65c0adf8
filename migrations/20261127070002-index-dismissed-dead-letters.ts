import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dismissed dead letters are listed, and deleted when they are old, without reading the others. */
export class IndexDismissedDeadLetters20261127070002 implements MigrationInterface {
  readonly name = 'IndexDismissedDeadLetters20261127070002';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.dead_letters_dismissed`);
    await runner.query(`CREATE INDEX CONCURRENTLY dead_letters_dismissed ON messaging.dead_letters (id) WHERE dismissed_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.dead_letters_dismissed`);
  }
}
