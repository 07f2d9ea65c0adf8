import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Housekeeping finds old audit entries and expired counters, and the acts of one kind by one admin are listed, without reading the rest. */
export class IndexAuditTrailAndRateLimits20261126100420 implements MigrationInterface {
  readonly name = 'IndexAuditTrailAndRateLimits20261126100420';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await makeIndex(runner, 'audit_trail_by_time', 'platform.audit_trail (at)');
    await makeIndex(runner, 'audit_trail_of_actor_and_action', 'platform.audit_trail (actor, action, id)');
    await makeIndex(runner, 'rate_limits_by_expiry', 'platform.rate_limits (expire)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS platform.rate_limits_by_expiry`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS platform.audit_trail_of_actor_and_action`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS platform.audit_trail_by_time`);
  }
}

/** An attempt that was cut off leaves an invalid index of this name, so it is dropped first. */
async function makeIndex(runner: QueryRunner, name: string, on: string): Promise<void> {
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS platform.${name}`);
  await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`);
}
