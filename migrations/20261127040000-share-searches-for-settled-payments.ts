import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a worker last began the search for settled payments that have no outcome. The other workers leave that period to it. */
export class ShareSearchesForSettledPayments20261127040000 implements MigrationInterface {
  readonly name = 'ShareSearchesForSettledPayments20261127040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE reservations.settlement_watermark ADD COLUMN search_began_at timestamptz NOT NULL DEFAULT 'epoch'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE reservations.settlement_watermark DROP COLUMN search_began_at`);
  }
}
