import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What admins did, a claim on dead letters being sent back, and an index for each filter of the admin's lists. */
export class OpenTheAdminsDoors20261121088000 implements MigrationInterface {
  readonly name = 'OpenTheAdminsDoors20261121088000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.audit_trail (
        id uuid CONSTRAINT audit_trail_pkey PRIMARY KEY,
        at timestamptz NOT NULL,
        actor uuid NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        details jsonb NOT NULL,
        request_id text
      )`);
    await runner.query(`CREATE INDEX audit_trail_of_actor ON platform.audit_trail (actor, id)`);
    await runner.query(`CREATE INDEX audit_trail_of_subject ON platform.audit_trail (subject, id)`);
    await runner.query(`CREATE INDEX audit_trail_of_action ON platform.audit_trail (action, id)`);

    await runner.query(`ALTER TABLE messaging.dead_letters ADD COLUMN redriving_until timestamptz`);
    await runner.query(`CREATE INDEX dead_letters_of_queue ON messaging.dead_letters (queue, id)`);
    await runner.query(`CREATE INDEX dead_letters_redriven ON messaging.dead_letters (id) WHERE redriven_at IS NOT NULL`);

    await runner.query(`CREATE INDEX reservations_of_status ON reservations.reservations (status, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX reservations.reservations_of_status`);
    await runner.query(`DROP INDEX messaging.dead_letters_redriven`);
    await runner.query(`DROP INDEX messaging.dead_letters_of_queue`);
    await runner.query(`ALTER TABLE messaging.dead_letters DROP COLUMN redriving_until`);
    await runner.query(`DROP TABLE platform.audit_trail`);
  }
}
