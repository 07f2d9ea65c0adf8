import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Idempotency keys, the movable clock, and the road of events: outbox, inbox, and the broker kept in PostgreSQL. */
export class LayTheFoundation20261121080000 implements MigrationInterface {
  readonly name = 'LayTheFoundation20261121080000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA platform`);
    await runner.query(`
      CREATE TABLE platform.idempotency_keys (
        scope text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        answer json,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (scope, key)
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_age ON platform.idempotency_keys (created_at)`);
    await runner.query(`CREATE TABLE platform.clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), offset_ms bigint NOT NULL)`);
    await runner.query(`INSERT INTO platform.clock (offset_ms) VALUES (0)`);

    await runner.query(`CREATE SCHEMA messaging`);
    await runner.query(`
      CREATE TABLE messaging.outbox (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        type text NOT NULL,
        subject uuid NOT NULL,
        sequence int NOT NULL CHECK (sequence > 0),
        time timestamptz NOT NULL,
        correlation_id text,
        data jsonb NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        published_at timestamptz,
        parked_at timestamptz,
        UNIQUE (subject, sequence)
      )`);
    await runner.query(`CREATE INDEX outbox_to_publish ON messaging.outbox (position) WHERE published_at IS NULL AND parked_at IS NULL`);
    await runner.query(`
      CREATE TABLE messaging.inbox (
        queue text NOT NULL,
        message_id uuid NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (queue, message_id)
      )`);
    await runner.query(`CREATE INDEX inbox_age ON messaging.inbox (received_at)`);

    await runner.query(`CREATE TABLE messaging.bindings (queue text, type text, PRIMARY KEY (type, queue))`);
    await runner.query(`
      CREATE TABLE messaging.deliveries (
        queue text NOT NULL,
        message_id uuid NOT NULL,
        body text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        deliveries int NOT NULL DEFAULT 0,
        available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (queue, message_id)
      )`);
    await runner.query(`CREATE INDEX deliveries_ready ON messaging.deliveries (available_at, queue)`);
    await runner.query(`
      CREATE TABLE messaging.dead_letters (
        id uuid PRIMARY KEY,
        queue text NOT NULL,
        message_id uuid,
        reason text NOT NULL,
        attempts int NOT NULL,
        body text NOT NULL,
        died_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        redriven_at timestamptz,
        CONSTRAINT dead_letters_once UNIQUE (queue, message_id)
      )`);
    await runner.query(`CREATE INDEX dead_letters_waiting ON messaging.dead_letters (id) WHERE redriven_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA messaging CASCADE`);
    await runner.query(`DROP SCHEMA platform CASCADE`);
  }
}
