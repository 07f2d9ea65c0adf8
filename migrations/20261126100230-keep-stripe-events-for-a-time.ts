import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The body of a Stripe event may be deleted before the event. Indexes find what is to be deleted: bodies, and keys of jobs that are done. */
export class KeepStripeEventsForATime20261126100230 implements MigrationInterface {
  readonly name = 'KeepStripeEventsForATime20261126100230';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments.stripe_events ALTER COLUMN body DROP NOT NULL`);
    for (const [name, table, columns] of INDEXES) {
      // An attempt that was cut off leaves an invalid index.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${table.split('.')[0]}.${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${table} ${columns}`);
    }
  }

  /** Undone in a transaction, as TypeORM undoes every migration. */
  async down(runner: QueryRunner): Promise<void> {
    for (const [name, table] of INDEXES) await runner.query(`DROP INDEX ${table.split('.')[0]}.${name}`);
    await runner.query(`UPDATE payments.stripe_events SET body = '{}' WHERE body IS NULL`);
    await runner.query(`ALTER TABLE payments.stripe_events ALTER COLUMN body SET NOT NULL`);
  }
}

const INDEXES = [
  ['stripe_events_with_body', 'payments.stripe_events', '(received_at) WHERE body IS NOT NULL'],
  ['jobs_with_spent_key', 'platform.jobs', '(key_since) WHERE run_at IS NULL'],
] as const;
