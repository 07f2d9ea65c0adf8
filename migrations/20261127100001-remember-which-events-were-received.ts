import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Up to which event it is known that every reaction received it, and since when a reaction receives events: what was published before is none of its.
 * Both begin with this migration, so that nothing of the past is sent again.
 */
export class RememberWhichEventsWereReceived20261127100001 implements MigrationInterface {
  readonly name = 'RememberWhichEventsWereReceived20261127100001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE messaging.bindings ADD COLUMN bound_at timestamptz NOT NULL DEFAULT now()`);
    await runner.query(
      `INSERT INTO messaging.feed_positions (name, position) SELECT 'received', position FROM messaging.feed_positions WHERE name = 'published'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM messaging.feed_positions WHERE name = 'received'`);
    await runner.query(`ALTER TABLE messaging.bindings DROP COLUMN bound_at`);
  }
}
