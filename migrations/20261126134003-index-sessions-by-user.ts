import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An erasure removes all sessions of a user, the ended ones too. The index of the ones that are not ended is not needed beside it. */
export class IndexSessionsByUser20261126134003 implements MigrationInterface {
  readonly name = 'IndexSessionsByUser20261126134003';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An attempt that was cut off leaves an invalid index of this name.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS auth.sessions_by_user`);
    await runner.query(`CREATE INDEX CONCURRENTLY sessions_by_user ON auth.sessions (user_id)`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS auth.sessions_of_user`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX sessions_of_user ON auth.sessions (user_id) WHERE ended_at IS NULL`);
    await runner.query(`DROP INDEX auth.sessions_by_user`);
  }
}
