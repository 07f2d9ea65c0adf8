import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each unfinished payment is compared with Stripe next. All workers share it. The rows of finished payments are deleted later. */
export class AddPaymentChecks20261126100220 implements MigrationInterface {
  readonly name = 'AddPaymentChecks20261126100220';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE payments.payment_checks (
        payment_id uuid CONSTRAINT payment_checks_pkey PRIMARY KEY,
        next_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX payment_checks_next ON payments.payment_checks (next_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE payments.payment_checks`);
  }
}
