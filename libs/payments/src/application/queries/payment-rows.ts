import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import type { PaymentState } from '../../domain/payment.js';
import type { RefundState } from '../../domain/refund.js';

/** Payments with their refunds as the views read them, in two statements however many there are. */
@Injectable()
export class PaymentRows {
  constructor(private readonly database: Database) {}

  /** `where` and what follows it; `p` is the payment. */
  async select(where: string, parameters: readonly unknown[]): Promise<PaymentState[]> {
    const payments = await this.database.query<Omit<PaymentState, 'refunds'>>(
      `SELECT p.id, p.version, p.reservation_id, p.customer_id, p.amount, p.currency, p.status,
         p.intent_id, p.captured, p.captured_currency, p.refunded, p.created_at,
         p.settled_at
       FROM payments.payments p WHERE ${where}`,
      parameters,
    );
    const refunds = await this.database.query<RefundState>(
      `SELECT id, payment_id, reason, amount, currency, status, failure FROM payments.refunds WHERE payment_id = ANY ($1) ORDER BY id`,
      [payments.map(({ id }) => id)],
    );
    return payments.map((payment) => ({ ...payment, refunds: refunds.filter(({ paymentId }) => paymentId === payment.id) }));
  }
}
