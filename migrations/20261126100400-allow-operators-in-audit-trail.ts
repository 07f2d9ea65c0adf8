import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An operator who acts at the command line or by a setting is no user: such an audit entry has no actor. */
export class AllowOperatorsInAuditTrail20261126100400 implements MigrationInterface {
  readonly name = 'AllowOperatorsInAuditTrail20261126100400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE platform.audit_trail ALTER COLUMN actor DROP NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE platform.audit_trail SET actor = '00000000-0000-0000-0000-000000000000' WHERE actor IS NULL`);
    await runner.query(`ALTER TABLE platform.audit_trail ALTER COLUMN actor SET NOT NULL`);
  }
}
