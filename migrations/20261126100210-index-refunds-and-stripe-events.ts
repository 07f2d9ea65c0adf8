import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Admins may give goodwill refunds more than once, and list refunds by status and Stripe events without a filter. */
export class IndexRefundsAndStripeEvents20261126100210 implements MigrationInterface {
  readonly name = 'IndexRefundsAndStripeEvents20261126100210';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await makeIndex(runner, 'refunds_one_an_owed_reason', {
      unique: true,
      on: `payments.refunds (payment_id, reason) WHERE reason NOT IN ('external', 'goodwill')`,
    });
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.refunds_one_a_reason`);
    await makeIndex(runner, 'refunds_by_status', { on: `payments.refunds (status, id)` });
    await makeIndex(runner, 'stripe_events_by_time', { on: `payments.stripe_events (received_at, id)` });
  }

  /** Undone in a transaction, as TypeORM undoes every migration. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX payments.stripe_events_by_time`);
    await runner.query(`DROP INDEX payments.refunds_by_status`);
    await runner.query(`CREATE UNIQUE INDEX refunds_one_a_reason ON payments.refunds (payment_id, reason) WHERE reason <> 'external'`);
    await runner.query(`DROP INDEX payments.refunds_one_an_owed_reason`);
  }
}

/** An attempt that was cut off leaves an invalid index of this name, so it is dropped first. */
async function makeIndex(runner: QueryRunner, name: string, { unique = false, on }: { unique?: boolean; on: string }): Promise<void> {
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.${name}`);
  await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ON ${on}`);
}
