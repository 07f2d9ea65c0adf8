import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { type AnyOf, keysetRows, type Page } from '@app/platform/persistence/keyset.js';
import type { PaymentState } from '../../../domain/payment-state.js';
import type { RefundState } from '../../../domain/refund.js';

/** Conditions on `p`, the payment; see `keyset`. */
type Filters = readonly (readonly [condition: string, ...values: unknown[]])[];
type PaymentOfPage = Omit<PaymentState, 'lost'>;
type PaymentRow = Omit<PaymentOfPage, 'refunds'>;

/** Reads pages of payments with their refunds, newest first, in two statements. */
@Injectable()
export class PaymentPages {
  constructor(private readonly database: Database) {}

  async read<View>({
    view,
    ...list
  }: {
    readonly filters: Filters;
    readonly anyOf?: readonly AnyOf[];
    readonly limit: number;
    readonly cursor: string | undefined;
    readonly view: (payment: PaymentOfPage) => View;
  }): Promise<Page<View>> {
    const { rows, nextCursor } = await keysetRows<PaymentRow>(this.database, {
      select: `SELECT p.id, p.version, p.reservation_id, p.customer_id, p.amount, p.currency, p.status, p.intent_id, p.captured,
                 p.captured_currency, p.refunded, p.created_at, p.settled_at, p.last_error
               FROM payments.payments p`,
      sort: [{ column: 'p.id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      ...list,
    });
    const refunds = await this.database.query<RefundState>(
      `SELECT id, payment_id, reason, amount, currency, status, failure, paid_out_at, paid_out_amount FROM payments.refunds WHERE payment_id = ANY ($1) ORDER BY id`,
      [rows.map(({ id }) => id)],
    );
    const payments = rows.map((row) => ({ ...row, refunds: refunds.filter(({ paymentId }) => paymentId === row.id) }));
    return { data: payments.map(view), page: { nextCursor } };
  }

  /** Null where there is none. */
  async readOne(filters: Filters): Promise<PaymentOfPage | null> {
    const { data } = await this.read({ filters, limit: 1, cursor: undefined, view: (payment) => payment });
    return data[0] ?? null;
  }
}
