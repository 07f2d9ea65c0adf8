import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { RefundReason } from '@app/contracts/payments.js';
import { ReservationAccountsOf, type ReservationAccountView } from '@app/contracts/reservation-accounts.js';
import type { OwedRefundView } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';

/** Times are texts, as `jsonb_build_object` writes them. */
interface Outcome {
  readonly paymentId: string;
  readonly outcome: 'confirmed' | 'confirmed-late' | 'surplus' | 'too-late';
  readonly refundDue: number | null;
  readonly currency: string | null;
  readonly decidedAt: string;
}

interface Row {
  readonly id: string;
  readonly showtimeId: string;
  readonly status: ReservationAccountView['status'];
  readonly total: number;
  readonly currency: string;
  readonly paymentId: string | null;
  readonly refundDue: number | null;
  readonly refundReason: RefundReason | null;
  readonly refundOwedAt: Date | null;
  readonly changeRefund: number;
  readonly changeRefundOwedAt: Date | null;
  readonly outcomes: readonly Outcome[];
}

@QueryHandler(ReservationAccountsOf)
export class ReservationAccountsOfHandler implements IQueryHandler<ReservationAccountsOf> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: ReservationAccountsOf): Promise<ReservationAccountView[]> {
    if (reservationIds.length === 0) return [];
    const rows = await this.database.query<Row>(
      `SELECT r.id, r.showtime_id, r.status, r.total, r.currency, r.payment_id, r.refund_due, r.refund_reason, r.refund_owed_at,
         r.change_refund, r.change_refund_owed_at,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('paymentId', o.payment_id, 'outcome', o.outcome, 'refundDue', o.refund_due,
            'currency', o.refund_currency, 'decidedAt', o.decided_at)), '[]')
          FROM reservations.payment_outcomes o WHERE o.reservation_id = r.id) AS outcomes
       FROM reservations.reservations r WHERE r.id = ANY ($1)`,
      [reservationIds],
    );
    return rows.map((row) => ({
      reservationId: row.id,
      showtimeId: row.showtimeId,
      status: row.status,
      total: { amount: row.total, currency: row.currency },
      paid: { amount: row.total + row.changeRefund, currency: row.currency },
      paymentId: row.paymentId,
      settledPaymentIds: row.outcomes.map(({ paymentId }) => paymentId),
      owed: [...owedForOwnPayment(row), ...row.outcomes.flatMap((outcome) => owedForOutcome(row.id, outcome))],
    }));
  }
}

/** As `RefundsOwedBetween` says it. */
function owedForOwnPayment(row: Row): OwedRefundView[] {
  const { id: reservationId, paymentId, currency, refundDue, changeRefund } = row;
  if (paymentId === null) return [];
  const owed = (reason: RefundReason | null, amount: number, at: Date | null): OwedRefundView[] =>
    reason === null || at === null ? [] : [{ paymentId, reservationId, refundDue: { amount, currency }, reason, owedAt: at.toISOString() }];
  return [
    ...(changeRefund > 0 ? owed('seats-changed', changeRefund, row.changeRefundOwedAt) : []),
    ...(refundDue !== null && refundDue > 0 ? owed(row.refundReason, refundDue + changeRefund, row.refundOwedAt) : []),
  ];
}

function owedForOutcome(reservationId: string, { paymentId, outcome, refundDue, currency, decidedAt }: Outcome): OwedRefundView[] {
  if (refundDue === null || refundDue === 0 || currency === null) return [];
  const reason = outcome === 'surplus' ? 'surplus-payment' : 'payment-came-too-late';
  return [{ paymentId, reservationId, refundDue: { amount: refundDue, currency }, reason, owedAt: new Date(decidedAt).toISOString() }];
}
