import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notifications asks for confirmed reservations by the time of their confirmation. */
export class IndexConfirmedReservations20261126110210 implements MigrationInterface {
  readonly name = 'IndexConfirmedReservations20261126110210';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reservations.reservations_by_confirmation`);
    await runner.query(
      `CREATE INDEX CONCURRENTLY reservations_by_confirmation ON reservations.reservations (confirmed_at, id) WHERE confirmed_at IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX reservations.reservations_by_confirmation`);
  }
}
