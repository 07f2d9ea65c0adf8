import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The few admins and the few deactivated users among many customers are listed without reading the others. */
export class IndexUsersByRole20261127160000 implements MigrationInterface {
  readonly name = 'IndexUsersByRole20261127160000';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS auth.users_by_role`);
    await runner.query(`CREATE INDEX CONCURRENTLY users_by_role ON auth.users (role, active, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS auth.users_by_role`);
  }
}
