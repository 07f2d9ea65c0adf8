import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A paid reservation that was changed for cheaper seats owes the difference, as often as it is changed. */
export class AddSeatChanges20261126110500 implements MigrationInterface {
  readonly name = 'AddSeatChanges20261126110500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      ALTER TABLE reservations.reservations ADD COLUMN change_refund int NOT NULL DEFAULT 0, ADD COLUMN change_refund_owed_at timestamptz,
        ADD CONSTRAINT reservations_change_refund_complete CHECK (change_refund >= 0
          AND (change_refund > 0) = (change_refund_owed_at IS NOT NULL) AND (change_refund = 0 OR payment_id IS NOT NULL)) NOT VALID;
      ALTER TABLE payments.refunds DROP CONSTRAINT refunds_reason_known;
      ALTER TABLE payments.refunds ADD CONSTRAINT refunds_reason_known CHECK (reason IN ('reservation-cancelled', 'showtime-cancelled',
        'showtime-moved', 'seats-changed', 'payment-came-too-late', 'surplus-payment', 'wrong-amount', 'goodwill', 'external')) NOT VALID`);
    await runner.query(`
      ALTER TABLE reservations.reservations VALIDATE CONSTRAINT reservations_change_refund_complete;
      ALTER TABLE payments.refunds VALIDATE CONSTRAINT refunds_reason_known`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.refunds DROP CONSTRAINT refunds_reason_known;
      ALTER TABLE payments.refunds ADD CONSTRAINT refunds_reason_known CHECK (reason IN ('reservation-cancelled', 'showtime-cancelled',
        'showtime-moved', 'payment-came-too-late', 'surplus-payment', 'wrong-amount', 'goodwill', 'external')) NOT VALID;
      ALTER TABLE reservations.reservations DROP COLUMN change_refund, DROP COLUMN change_refund_owed_at`);
  }
}
