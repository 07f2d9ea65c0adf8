import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import type { RefundState } from '../domain/refund.js';

/** The rows of refunds. The row of their payment is their lock. */
@Injectable()
export class RefundRows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async ofPayments(paymentIds: readonly string[]): Promise<RefundState[]> {
    if (paymentIds.length === 0) return [];
    return this.database.prepared<RefundState>(
      `SELECT id, payment_id, reason, amount, currency, status, stripe_refund_id, failed_stripe_refund_ids, failure, times_requested, note, for_changed_seats AS is_for_changed_seats, created_at,
         paid_out_at, paid_out_amount, paid_out_note, paid_out_by
       FROM payments.refunds WHERE payment_id = ANY ($1) ORDER BY id`,
      [paymentIds],
    );
  }

  /** Writes nothing where nothing changed. */
  async store(refund: RefundState): Promise<void> {
    await this.database.query(
      `INSERT INTO payments.refunds AS r
         (id, payment_id, reason, amount, currency, status, stripe_refund_id, failed_stripe_refund_ids, failure, note, created_at,
          changed_at, for_changed_seats, paid_out_at, paid_out_amount, paid_out_note, paid_out_by, times_requested)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
       ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, currency = excluded.currency, status = excluded.status,
         stripe_refund_id = excluded.stripe_refund_id, failed_stripe_refund_ids = excluded.failed_stripe_refund_ids, failure = excluded.failure,
         times_requested = excluded.times_requested, changed_at = excluded.changed_at, next_check_at = NULL, paid_out_at = excluded.paid_out_at,
         paid_out_amount = excluded.paid_out_amount, paid_out_note = excluded.paid_out_note, paid_out_by = excluded.paid_out_by
       WHERE (r.amount, r.currency, r.status, r.stripe_refund_id, r.failed_stripe_refund_ids, r.failure, r.paid_out_at, r.times_requested)
         IS DISTINCT FROM (excluded.amount, excluded.currency, excluded.status, excluded.stripe_refund_id, excluded.failed_stripe_refund_ids, excluded.failure,
           excluded.paid_out_at, excluded.times_requested)`,
      [
        refund.id,
        refund.paymentId,
        refund.reason,
        refund.amount,
        refund.currency,
        refund.status,
        refund.stripeRefundId,
        JSON.stringify(refund.failedStripeRefundIds),
        refund.failure,
        refund.note,
        refund.createdAt,
        this.clock.now(),
        refund.isForChangedSeats,
        refund.paidOutAt,
        refund.paidOutAmount,
        refund.paidOutNote,
        refund.paidOutBy,
        refund.timesRequested,
      ],
    );
  }
}
