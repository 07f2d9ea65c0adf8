import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mails: one for each kind and fact. */
export class CreateNotifications20261126110200 implements MigrationInterface {
  readonly name = 'CreateNotifications20261126110200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE SCHEMA notifications;
      CREATE TABLE notifications.mails (
        id uuid CONSTRAINT mails_pkey PRIMARY KEY,
        kind text NOT NULL,
        fact_id text NOT NULL,
        user_id uuid,
        reservation_id uuid,
        facts jsonb NOT NULL,
        status text NOT NULL DEFAULT 'waiting'
          CONSTRAINT mails_status_known CHECK (status IN ('waiting', 'sent', 'bounced', 'given-up', 'not-needed')),
        attempts integer NOT NULL DEFAULT 0,
        first_refused_at timestamptz,
        -- Of the last refusal. A mail that was sent keeps neither.
        address text,
        answer text,
        requested_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT mails_one_a_fact UNIQUE (kind, fact_id));
      CREATE INDEX mails_of_status ON notifications.mails (status, id);
      CREATE INDEX mails_of_user ON notifications.mails (user_id);
      CREATE INDEX mails_of_reservation ON notifications.mails (reservation_id) WHERE reservation_id IS NOT NULL;
      CREATE INDEX mails_to_delete ON notifications.mails (requested_at) WHERE status <> 'waiting';
      CREATE TABLE notifications.confirmations_watermark (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), requested_until timestamptz NOT NULL);
      -- Who reserved before there were mails gets none.
      INSERT INTO notifications.confirmations_watermark (requested_until) VALUES (now());`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA notifications CASCADE');
  }
}
