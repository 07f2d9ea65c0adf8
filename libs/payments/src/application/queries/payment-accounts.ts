import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PaymentAccountsBetween, PaymentAccountsOf, type PaymentAccountView } from '@app/contracts/payment-accounts.js';
import { Database } from '@app/platform/persistence/database.js';
import type { RefundState } from '../../domain/refund.js';
import { LOST } from './money-gone.js';

interface Row {
  readonly id: string;
  readonly reservationId: string;
  readonly amount: number;
  readonly currency: string;
  readonly captured: number;
  readonly capturedCurrency: string;
  readonly lost: number;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  /** Times are texts, as `to_jsonb` writes them. */
  readonly refunds: readonly (Pick<RefundState, 'id' | 'amount' | 'currency' | 'status' | 'reason'> & {
    readonly created_at: string;
    readonly for_changed_seats: boolean;
  })[];
}

const SELECT = `SELECT p.id, p.reservation_id, p.amount, p.currency, p.captured, p.captured_currency, p.created_at, p.settled_at,
    (SELECT coalesce(sum(${LOST}), 0)::int FROM payments.disputes WHERE payment_id = p.id) AS lost,
    (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM (
       SELECT id, amount, currency, status, reason, for_changed_seats, created_at FROM payments.refunds WHERE payment_id = p.id ORDER BY id) r) AS refunds
  FROM payments.payments p`;

@QueryHandler(PaymentAccountsBetween)
export class PaymentAccountsBetweenHandler implements IQueryHandler<PaymentAccountsBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: PaymentAccountsBetween): Promise<PaymentAccountView[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE (p.created_at, p.id) > ($1::timestamptz, $2::uuid) AND p.created_at < $3 ORDER BY p.created_at, p.id LIMIT $4`,
      [after.createdAt, after.paymentId, until, limit],
    );
    return rows.map(viewOf);
  }
}

@QueryHandler(PaymentAccountsOf)
export class PaymentAccountsOfHandler implements IQueryHandler<PaymentAccountsOf> {
  constructor(private readonly database: Database) {}

  async execute({ paymentIds }: PaymentAccountsOf): Promise<PaymentAccountView[]> {
    if (paymentIds.length === 0) return [];
    return (await this.database.query<Row>(`${SELECT} WHERE p.id = ANY ($1)`, [paymentIds])).map(viewOf);
  }
}

function viewOf({
  id,
  reservationId,
  amount,
  currency,
  captured,
  capturedCurrency,
  lost,
  createdAt,
  settledAt,
  refunds,
}: Row): PaymentAccountView {
  return {
    paymentId: id,
    reservationId,
    price: { amount, currency },
    captured: { amount: captured, currency: capturedCurrency },
    lost: { amount: lost, currency: capturedCurrency },
    createdAt: createdAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
    refunds: refunds.map((refund) => ({
      refundId: refund.id,
      amount: { amount: refund.amount, currency: refund.currency },
      status: refund.status,
      reason: refund.reason,
      isForChangedSeats: refund.for_changed_seats,
      createdAt: new Date(refund.created_at).toISOString(),
    })),
  };
}
