import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  ['UNIQUE INDEX', 'outbox_published', '(published_position) WHERE published_position IS NOT NULL'],
  // Nearly empty: what is published, and has no number yet.
  ['INDEX', 'outbox_to_number', '(position) WHERE published_at IS NOT NULL AND published_position IS NULL'],
] as const;

/** Finds the events after a number, and those without one. */
export class IndexPublishedEvents20261126136003 implements MigrationInterface {
  readonly name = 'IndexPublishedEvents20261126136003';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [kind, name, on] of INDEXES) {
      // An attempt that was cut off leaves an invalid index of this name.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.${name}`);
      await runner.query(`CREATE ${kind.replace('INDEX', 'INDEX CONCURRENTLY')} ${name} ON messaging.outbox ${on}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [, name] of INDEXES) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.${name}`);
  }
}
