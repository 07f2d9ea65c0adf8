import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { DueRows } from '../domain/due-rows.js';
import { PaymentNotFound, RefundNotFound } from '../domain/errors.js';
import { Payment, type PaymentState } from '../domain/payment.js';
import { Payments } from '../domain/payments.js';
import type { RefundState } from '../domain/refund.js';
import { paymentSchema } from './payment.schema.js';

/** Payments of a reservation are begun one at a time under an advisory lock of this class. */
const BEGINNING = 8_601;

const REFUND_COLUMNS = `id, payment_id, reason, amount, currency, status, stripe_refund_id,
  failed_stripe_refund_ids, failure, created_at`;

@Injectable()
export class PostgresPayments extends AggregateRepository<PaymentState, Payment> implements Payments {
  constructor(
    database: Database,
    transactions: Transactions,
    outbox: Outbox,
    private readonly dueRows: DueRows,
  ) {
    super({
      database,
      transactions,
      outbox,
      schema: paymentSchema,
      rebuild: (row) => new Payment(row),
      notFound: () => new PaymentNotFound(),
    });
  }

  async begin(reservationId: string, decide: (payments: readonly Payment[]) => Payment): Promise<Payment> {
    return this.database.transaction(async () => {
      await this.database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [BEGINNING, reservationId]);
      // A later statement, so that it sees what the lock waited for.
      const rows = await this.database.manager.find(paymentSchema, { where: { reservationId }, order: { id: 'DESC' } });
      const refunds = await this.refundsOf(rows.map(({ id }) => id));
      const payments = rows.map((row) => new Payment(withRefunds(row, refunds)));
      const chosen = decide(payments);
      if (!payments.includes(chosen)) await this.add(chosen);
      return chosen;
    });
  }

  override async add(payment: Payment): Promise<void> {
    await this.database.transaction(async () => {
      const { refunds, ...row } = payment.state;
      await this.database.manager.insert(paymentSchema, row);
      await this.storeParts(payment, refunds);
    });
  }

  async get(id: string): Promise<PaymentState> {
    const row = await this.database.manager.findOne(paymentSchema, { where: { id } });
    if (row === null) throw new PaymentNotFound();
    return withRefunds(row, await this.refundsOf([id]));
  }

  async has(id: string): Promise<boolean> {
    return (await this.database.query(`SELECT FROM payments.payments WHERE id = $1`, [id])).length > 0;
  }

  async idOfIntent(intentId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(`SELECT id FROM payments.payments WHERE intent_id = $1`, [intentId]);
    return row?.id ?? null;
  }

  async idOfRefund(refundId: string): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(`SELECT payment_id AS id FROM payments.refunds WHERE id = $1`, [refundId]);
    if (row === undefined) throw new RefundNotFound();
    return row.id;
  }

  async unfinishedOf(reservationId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM payments.payments WHERE reservation_id = $1 AND status IN ('created', 'open', 'failed')`,
      [reservationId],
    );
    return rows.map(({ id }) => id);
  }

  /** The payment's row is the lock of its refunds too. */
  protected override async locked(where: Partial<PaymentState>): Promise<Payment | null> {
    const payment = await super.locked(where);
    return payment === null ? null : new Payment(withRefunds(payment.state, await this.refundsOf([payment.id])));
  }

  protected override async store(payment: Payment): Promise<void> {
    if (payment.hasChanged) {
      const { refunds, ...row } = payment.state;
      await this.database.manager.update(paymentSchema, { id: payment.id }, row);
      await this.storeParts(payment, refunds);
    } else {
      await this.dueRows.want(payment.releaseDue());
    }
  }

  private async storeParts(payment: Payment, refunds: readonly RefundState[]): Promise<void> {
    for (const refund of refunds) await this.storeRefund(refund);
    await this.dueRows.want(payment.releaseDue());
    await this.outbox.append([payment]);
  }

  private async storeRefund(refund: RefundState): Promise<void> {
    await this.database.query(
      `INSERT INTO payments.refunds AS r
         (id, payment_id, reason, amount, currency, status, stripe_refund_id, failed_stripe_refund_ids, failure, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, currency = excluded.currency, status = excluded.status,
         stripe_refund_id = excluded.stripe_refund_id, failed_stripe_refund_ids = excluded.failed_stripe_refund_ids, failure = excluded.failure
       WHERE (r.amount, r.currency, r.status, r.stripe_refund_id, r.failed_stripe_refund_ids, r.failure)
         IS DISTINCT FROM (excluded.amount, excluded.currency, excluded.status, excluded.stripe_refund_id, excluded.failed_stripe_refund_ids, excluded.failure)`,
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
        refund.createdAt,
      ],
    );
  }

  private async refundsOf(paymentIds: readonly string[]): Promise<RefundState[]> {
    if (paymentIds.length === 0) return [];
    return this.database.query<RefundState>(`SELECT ${REFUND_COLUMNS} FROM payments.refunds WHERE payment_id = ANY ($1) ORDER BY id`, [
      paymentIds,
    ]);
  }
}

function withRefunds(row: PaymentState, refunds: readonly RefundState[]): PaymentState {
  return { ...row, refunds: refunds.filter(({ paymentId }) => paymentId === row.id) };
}
