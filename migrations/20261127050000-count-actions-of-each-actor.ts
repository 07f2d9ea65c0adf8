import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit trail of one actor and one action is read by the index of both. Without these statistics PostgreSQL takes every actor to do every action as
 * often as the others do, and for an action that the actor never did it reads the acts of all of them.
 */
export class CountActionsOfEachActor20261127050000 implements MigrationInterface {
  readonly name = 'CountActionsOfEachActor20261127050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`CREATE STATISTICS platform.actions_of_actors (mcv) ON actor, action FROM platform.audit_trail`);
    // They are empty until an ANALYZE, and autovacuum begins one only after many new rows.
    await runner.query(`ANALYZE platform.audit_trail (actor, action)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP STATISTICS platform.actions_of_actors`);
  }
}
