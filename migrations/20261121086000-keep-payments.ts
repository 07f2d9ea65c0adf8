import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments, what goes back of them, the events Stripe sent, what is to be done at Stripe, and disputes. */
export class KeepPayments20261121086000 implements MigrationInterface {
  readonly name = 'KeepPayments20261121086000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA payments`);
    await runner.query(`
      CREATE TABLE payments.payments (
        id uuid CONSTRAINT payments_pkey PRIMARY KEY,
        version int NOT NULL,
        reservation_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        amount int NOT NULL CONSTRAINT payments_amount_not_negative CHECK (amount >= 0),
        currency text NOT NULL,
        status text NOT NULL CONSTRAINT payments_status_known CHECK (status IN ('created', 'open', 'failed', 'cancelled', 'succeeded')),
        intent_id text CONSTRAINT payments_intent_key UNIQUE,
        captured int NOT NULL CONSTRAINT payments_captured_not_negative CHECK (captured >= 0),
        captured_currency text NOT NULL,
        refunded int NOT NULL CONSTRAINT payments_refunded_not_negative CHECK (refunded >= 0),
        created_at timestamptz NOT NULL,
        settled_at timestamptz,
        CONSTRAINT payments_refunded_within_captured CHECK (refunded <= captured),
        CONSTRAINT payments_captured_means_succeeded CHECK (status = 'succeeded' OR captured = 0),
        CONSTRAINT payments_settled_in_full CHECK (settled_at IS NULL OR (status = 'succeeded' AND captured = amount AND captured_currency = currency))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX payments_unfinished_of_reservation ON payments.payments (reservation_id) WHERE status IN ('created', 'open', 'failed')`,
    );
    await runner.query(`CREATE INDEX payments_unfinished ON payments.payments (id) WHERE status IN ('created', 'open', 'failed')`);
    await runner.query(`CREATE INDEX payments_of_reservation ON payments.payments (reservation_id, id)`);
    await runner.query(`CREATE INDEX payments_by_status ON payments.payments (status, id)`);
    await runner.query(`CREATE INDEX payments_settled ON payments.payments (settled_at, id) WHERE settled_at IS NOT NULL`);

    await runner.query(`
      CREATE TABLE payments.refunds (
        id uuid CONSTRAINT refunds_pkey PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT refunds_of_payment REFERENCES payments.payments (id),
        reason text NOT NULL CONSTRAINT refunds_reason_known
          CHECK (reason IN ('reservation-cancelled', 'payment-came-too-late', 'surplus-payment', 'wrong-amount', 'external')),
        amount int NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount > 0),
        currency text NOT NULL,
        status text NOT NULL CONSTRAINT refunds_status_known CHECK (status IN ('requested', 'submitted', 'succeeded', 'failed')),
        stripe_refund_id text CONSTRAINT refunds_stripe_refund_key UNIQUE,
        failed_stripe_refund_ids jsonb NOT NULL,
        failure text,
        created_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE UNIQUE INDEX refunds_one_a_reason ON payments.refunds (payment_id, reason) WHERE reason <> 'external'`);
    await runner.query(`CREATE INDEX refunds_by_payment ON payments.refunds (payment_id, id)`);
    await runner.query(`CREATE INDEX refunds_submitted ON payments.refunds (payment_id) WHERE status = 'submitted'`);

    await runner.query(`
      CREATE TABLE payments.due_rows (
        kind text NOT NULL,
        subject text NOT NULL,
        next_at timestamptz,
        wanted int NOT NULL DEFAULT 1,
        tries int NOT NULL DEFAULT 0,
        attempt int NOT NULL DEFAULT 1,
        key_since timestamptz,
        last_error text,
        CONSTRAINT due_rows_pkey PRIMARY KEY (kind, subject)
      )`);
    await runner.query(`CREATE INDEX due_rows_next ON payments.due_rows (next_at) WHERE next_at IS NOT NULL`);

    await runner.query(`
      CREATE TABLE payments.webhooks (
        id text CONSTRAINT webhooks_pkey PRIMARY KEY,
        type text NOT NULL,
        livemode boolean NOT NULL,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        status text NOT NULL CONSTRAINT webhooks_status_known CHECK (status IN ('received', 'applied', 'ignored', 'checking', 'failed', 'parked')),
        tries int NOT NULL DEFAULT 0,
        next_at timestamptz,
        note text,
        body jsonb NOT NULL
      )`);
    await runner.query(`CREATE INDEX webhooks_to_retry ON payments.webhooks (next_at) WHERE status = 'failed'`);
    await runner.query(`CREATE INDEX webhooks_by_status ON payments.webhooks (status, received_at, id)`);

    await runner.query(`
      CREATE TABLE payments.disputes (
        id text CONSTRAINT disputes_pkey PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT disputes_of_payment REFERENCES payments.payments (id),
        amount int NOT NULL,
        currency text NOT NULL,
        status text NOT NULL,
        reason text,
        recorded_at timestamptz NOT NULL,
        closed_at timestamptz
      )`);
    await runner.query(`CREATE INDEX disputes_by_payment ON payments.disputes (payment_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA payments CASCADE`);
  }
}
