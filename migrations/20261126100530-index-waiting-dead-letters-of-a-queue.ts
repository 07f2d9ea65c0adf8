import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Waiting dead letters of one queue are listed, counted and redriven without reading those of other queues. */
export class IndexWaitingDeadLettersOfAQueue20261126100530 implements MigrationInterface {
  readonly name = 'IndexWaitingDeadLettersOfAQueue20261126100530';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.dead_letters_waiting_of_queue`);
    await runner.query(
      `CREATE INDEX CONCURRENTLY dead_letters_waiting_of_queue ON messaging.dead_letters (queue, id) WHERE redriven_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.dead_letters_waiting_of_queue`);
  }
}
