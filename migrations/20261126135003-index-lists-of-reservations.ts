import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  reservations_of_customer_by_start: '(customer_id, starts_at, id)',
  reservations_by_start: '(starts_at, id)',
  reservations_of_status_by_start: '(status, starts_at, id)',
  reservations_disputed: '(id) WHERE disputed',
  reservations_no_show: '(id) WHERE no_show',
};

/** The lists of reservations in the order of their showtimes, and those of disputes and no-shows. */
export class IndexListsOfReservations20261126135003 implements MigrationInterface {
  readonly name = 'IndexListsOfReservations20261126135003';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) {
      // An attempt that was cut off leaves an invalid index of this name.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reservations.${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON reservations.reservations ${on}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS reservations.${name}`);
  }
}
