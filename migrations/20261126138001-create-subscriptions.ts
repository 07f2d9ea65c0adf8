import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhook endpoints, and what became of each event for each of them. The events themselves stay in the outbox. */
export class CreateSubscriptions20261126138001 implements MigrationInterface {
  readonly name = 'CreateSubscriptions20261126138001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE SCHEMA subscriptions;
      CREATE TABLE subscriptions.webhook_endpoints (
        id uuid CONSTRAINT webhook_endpoints_pkey PRIMARY KEY,
        url text NOT NULL,
        description text NOT NULL,
        -- NULL: every type.
        types text[],
        status text NOT NULL CONSTRAINT webhook_endpoints_status_known CHECK (status IN ('enabled', 'disabled', 'deleted')),
        disabled_reason text CONSTRAINT webhook_endpoints_reason_known CHECK (disabled_reason IN ('gone', 'failing')),
        -- Encrypted.
        secret text NOT NULL,
        previous_secret text,
        previous_secret_until timestamptz,
        -- The last event of the feed that was collected.
        cursor text,
        failing_since timestamptz,
        paused_until timestamptz,
        created_at timestamptz NOT NULL);
      CREATE TABLE subscriptions.webhook_deliveries (
        id uuid CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
        endpoint_id uuid NOT NULL,
        event_id uuid NOT NULL,
        type text NOT NULL,
        status text NOT NULL CONSTRAINT webhook_deliveries_status_known CHECK (status IN ('waiting', 'delivered', 'failed')),
        attempts integer NOT NULL,
        first_attempt_at timestamptz,
        next_attempt_at timestamptz,
        claim bigint,
        response_status integer,
        answer text,
        error text,
        requested_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT webhook_deliveries_one_an_event UNIQUE (endpoint_id, event_id));
      CREATE INDEX webhook_deliveries_due ON subscriptions.webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'waiting';
      CREATE INDEX webhook_deliveries_of_endpoint ON subscriptions.webhook_deliveries (endpoint_id, id);
      CREATE INDEX webhook_deliveries_of_status ON subscriptions.webhook_deliveries (endpoint_id, status, id);
      CREATE INDEX webhook_deliveries_of_type ON subscriptions.webhook_deliveries (endpoint_id, type, id);
      CREATE INDEX webhook_deliveries_to_delete ON subscriptions.webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
      CREATE SEQUENCE subscriptions.webhook_claims;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA subscriptions CASCADE');
  }
}
