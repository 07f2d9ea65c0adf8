import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type ReservationRefundView as Refund, RefundsOfReservations } from '@app/contracts/payments.js';
import { CapturedMoney } from '../captured-money.js';
import type { ReservationRefundView, ReservationRow } from './reservation.view.js';

/** What a paid reservation owes by its own row. */
interface OwedByRow {
  readonly id: string;
  readonly paymentId: string;
  readonly refundDue: number;
  readonly refundReason: string;
  readonly currency: string;
}

/**
 * The refunds of reservations. What is owed is shown at once, before payments knows of it: what is due, as far as it was captured and not
 * refunded yet.
 */
@Injectable()
export class ReservationRefunds {
  constructor(
    private readonly queries: QueryBus,
    private readonly money: CapturedMoney,
  ) {}

  /** By reservation; those without a refund are left out. One query to payments, and one more where a refund was owed a moment ago. */
  async of(rows: readonly ReservationRow[]): Promise<Map<string, ReservationRefundView>> {
    const known = await this.queries.execute(new RefundsOfReservations(rows.map(({ id }) => id)));
    const refunds = new Map(known.map((refund) => [refund.reservationId, refund]));
    const unknown = rows.flatMap((row) => owedBy(row) ?? []).filter((row) => refunds.get(row.id)?.reason !== row.refundReason);
    const captured = await this.money.ofPayments(unknown.filter(({ refundDue }) => refundDue > 0).map(({ paymentId }) => paymentId));
    const views = new Map(known.map((refund) => [refund.reservationId, viewOf(refund)]));
    for (const { id, paymentId, refundDue, refundReason, currency } of unknown) {
      const amount = Math.min(refundDue, captured.get(paymentId) ?? 0);
      // An external refund, or one of an earlier reason, that left nothing is the answer.
      if (amount === 0 && views.has(id)) continue;
      views.set(id, { amount: { amount, currency }, status: 'requested', reason: refundReason });
    }
    return views;
  }
}

function owedBy({ id, status, paymentId, refundDue, refundReason, changeRefund, currency }: ReservationRow): OwedByRow | null {
  if (paymentId === null) return null;
  if (status === 'cancelled' && refundDue !== null && refundReason !== null) return { id, paymentId, refundDue, refundReason, currency };
  return changeRefund > 0 ? { id, paymentId, refundDue: changeRefund, refundReason: 'seats-changed', currency } : null;
}

function viewOf({ amount, status, reason }: Refund): ReservationRefundView {
  return { amount, status, reason };
}
