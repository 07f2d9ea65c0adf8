import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a customer was let in and by whom, and who did not come. */
export class AddCheckIns20261126120000 implements MigrationInterface {
  readonly name = 'AddCheckIns20261126120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE reservations.reservations ADD COLUMN admitted_at timestamptz, ADD COLUMN admitted_by uuid,
        ADD COLUMN no_show boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT reservations_admission_complete
          CHECK ((admitted_at IS NULL) = (admitted_by IS NULL) AND NOT (no_show AND admitted_at IS NOT NULL)) NOT VALID`);
    await runner.query(`ALTER TABLE reservations.reservations VALIDATE CONSTRAINT reservations_admission_complete`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE reservations.reservations DROP COLUMN admitted_at, DROP COLUMN admitted_by, DROP COLUMN no_show`);
  }
}
