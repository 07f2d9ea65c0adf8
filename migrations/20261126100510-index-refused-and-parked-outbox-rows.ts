import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES: readonly (readonly [name: string, on: string])[] = [
  ['outbox_refused', '(refused_at) WHERE refused_at IS NOT NULL AND published_at IS NULL AND parked_at IS NULL'],
  ['outbox_parked', '(id) WHERE parked_at IS NOT NULL'],
  ['outbox_parked_of_type', '(type, id) WHERE parked_at IS NOT NULL'],
];

/** The relay tries refused rows again, and admins list parked ones. All three indexes are small: such rows are few. */
export class IndexRefusedAndParkedOutboxRows20261126100510 implements MigrationInterface {
  readonly name = 'IndexRefusedAndParkedOutboxRows20261126100510';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of INDEXES) {
      // An attempt that was cut off leaves an invalid index of this name.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON messaging.outbox ${on}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS messaging.${name}`);
  }
}
