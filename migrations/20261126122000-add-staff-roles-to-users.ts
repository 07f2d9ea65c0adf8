import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The roles of the people who work for the cinema and are no admins. */
export class AddStaffRolesToUsers20261126122000 implements MigrationInterface {
  readonly name = 'AddStaffRolesToUsers20261126122000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    // Nobody has a role at this moment: the check reads no row for long.
    await runner.query(`
      ALTER TABLE auth.users
        ADD COLUMN staff_roles text[] NOT NULL DEFAULT '{}',
        ADD CONSTRAINT users_staff_roles_check CHECK (staff_roles <@ ARRAY['box-office', 'reporting'])`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE auth.users DROP COLUMN staff_roles`);
  }
}
