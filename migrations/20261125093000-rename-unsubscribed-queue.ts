import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The broker kept in PostgreSQL follows the name of the exchange for events without a subscription. */
export class RenameUnsubscribedQueue20261125093000 implements MigrationInterface {
  readonly name = 'RenameUnsubscribedQueue20261125093000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE messaging.bindings SET queue = 'cinema.unsubscribed' WHERE queue = 'cinema.unheard'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE messaging.bindings SET queue = 'cinema.unheard' WHERE queue = 'cinema.unsubscribed'`);
  }
}
