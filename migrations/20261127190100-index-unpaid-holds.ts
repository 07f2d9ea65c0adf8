import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long a customer kept seats of a showtime without paying is read with each hold, where there is a limit. */
export class IndexUnpaidHolds20261127190100 implements MigrationInterface {
  readonly name = 'IndexUnpaidHolds20261127190100';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reservations.reservations_unpaid`);
    await runner.query(`CREATE INDEX CONCURRENTLY reservations_unpaid ON reservations.reservations (customer_id, showtime_id, ended_at)
      WHERE payment_id IS NULL AND end_reason IN ('unpaid', 'cancelled-by-customer')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reservations.reservations_unpaid`);
  }
}
