import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when and when last the broker refused an outbox row: time decides what is parked, not the number of tries. */
export class AddRefusalsToOutbox20261126100500 implements MigrationInterface {
  readonly name = 'AddRefusalsToOutbox20261126100500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE messaging.outbox ADD COLUMN refused_since timestamptz, ADD COLUMN refused_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messaging.outbox DROP COLUMN refused_at, DROP COLUMN refused_since`);
  }
}
