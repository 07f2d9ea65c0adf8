/** A payment with its refunds, as the reconciliation compares it. */
import type { PaymentAccountView } from '@app/contracts/payment-accounts.js';
import type { RefundableMoney } from '../../../domain/owed-refunds.js';
import type { RefundState } from '../../../domain/refund.js';
import { LOST } from './money-gone.js';

export interface AccountRow {
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
    readonly paid_out_amount: number | null;
  })[];
}

export const ACCOUNTS = `SELECT p.id, p.reservation_id, p.amount, p.currency, p.captured, p.captured_currency, p.created_at, p.settled_at,
    (SELECT coalesce(sum(${LOST}), 0)::int FROM payments.disputes WHERE payment_id = p.id) AS lost,
    (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM (
       SELECT id, amount, currency, status, reason, for_changed_seats, paid_out_amount, created_at
       FROM payments.refunds WHERE payment_id = p.id ORDER BY id) r) AS refunds
  FROM payments.payments p`;

export function accountOf({
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
}: AccountRow): PaymentAccountView {
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
      ...(refund.paid_out_amount === null ? {} : { paidOut: { amount: refund.paid_out_amount, currency: refund.currency } }),
      createdAt: new Date(refund.created_at).toISOString(),
    })),
  };
}

export function moneyOf({ captured, capturedCurrency, lost, refunds }: AccountRow): RefundableMoney {
  const counted = refunds.map(({ paid_out_amount: paidOutAmount, for_changed_seats: isForChangedSeats, ...refund }) => ({
    ...refund,
    paidOutAmount,
    isForChangedSeats,
  }));
  return { captured, capturedCurrency, lost, refunds: counted };
}
