import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The order of publication, for subscribers that read the events over HTTP. `position` is no such order: a transaction may commit after one with a
 * higher position. The relay numbers what was published before, and what a relay of an earlier release still publishes.
 */
export class NumberPublishedEvents20261126136002 implements MigrationInterface {
  readonly name = 'NumberPublishedEvents20261126136002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE messaging.outbox ADD COLUMN published_position bigint`);
    await runner.query(`CREATE TABLE messaging.feed_positions (name text PRIMARY KEY, position bigint NOT NULL)`);
    await runner.query(`INSERT INTO messaging.feed_positions (name, position) VALUES ('published', 0), ('deleted', 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE messaging.feed_positions`);
    await runner.query(`ALTER TABLE messaging.outbox DROP COLUMN published_position`);
  }
}
