import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Changed seats may be refunded more than once, and what they owe is found by when it was owed. */
export class IndexSeatChanges20261126110510 implements MigrationInterface {
  readonly name = 'IndexSeatChanges20261126110510';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await makeIndex(runner, 'reservations.reservations_change_refund_owed', {
      on: `reservations.reservations (change_refund_owed_at, payment_id) WHERE change_refund > 0`,
    });
    await makeIndex(runner, 'payments.refunds_one_a_reason', {
      unique: true,
      on: `payments.refunds (payment_id, reason) WHERE reason NOT IN ('external', 'goodwill', 'seats-changed')`,
    });
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS payments.refunds_one_an_owed_reason`);
  }

  /** Undone in a transaction, as TypeORM undoes every migration. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE UNIQUE INDEX refunds_one_an_owed_reason ON payments.refunds (payment_id, reason) WHERE reason NOT IN ('external', 'goodwill')`,
    );
    await runner.query(`DROP INDEX payments.refunds_one_a_reason`);
    await runner.query(`DROP INDEX reservations.reservations_change_refund_owed`);
  }
}

/** An attempt that was cut off leaves an invalid index of this name, so it is dropped first. */
async function makeIndex(runner: QueryRunner, index: string, { unique = false, on }: { unique?: boolean; on: string }): Promise<void> {
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
  await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${index.split('.')[1]} ON ${on}`);
}
