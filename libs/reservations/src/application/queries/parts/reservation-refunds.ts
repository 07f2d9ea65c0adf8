import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isOwedReason } from '@app/contracts/owed-refunds.js';
import { type ReservationRefundView as Refund, RefundsOfReservations } from '@app/contracts/payments.js';
import { owedByReservation } from '../../../domain/owed-by-reservation.js';
import { CapturedMoney } from '../../captured-money.js';
import type { ReservationRefundView, ReservationRow } from '../reservation.view.js';

/**
 * The refunds of reservations. What is owed is shown at once, before payments knows of it: what is due, as far as payments would request
 * it.
 */
@Injectable()
export class ReservationRefunds {
  constructor(
    private readonly queries: QueryBus,
    private readonly money: CapturedMoney,
  ) {}

  /**
   * By reservation; those without a refund are left out. What a reservation owes is owed of its own payment: money that came too much or too late is
   * shown where nothing is owed of that one. One query to payments, and one more where less was requested than is owed: for a moment, or for ever where
   * the rest went back before. A hold is not asked about: until its payment has an outcome, nothing of it goes back.
   */
  async of(reservations: readonly ReservationRow[]): Promise<Map<string, ReservationRefundView>> {
    const rows = reservations.filter(({ status }) => status !== 'held');
    if (rows.length === 0) return new Map();
    const known = await this.queries.execute(new RefundsOfReservations(rows.map(({ id }) => id)));
    const refunds = Map.groupBy(known, ({ reservationId }) => reservationId);
    const owing = rows.flatMap((row) => {
      const owed = owedByReservation(row);
      const own = refunds.get(row.id)?.find(({ paymentId }) => paymentId === row.paymentId);
      return owed === null ? [] : [{ id: row.id, owed, own, requested: amountOwed(own) }];
    });
    const incomplete = owing.filter(({ owed, requested }) => owed.due.amount > requested);
    // A whole sum: a part of it may be requested between the two queries.
    const returnable = await this.money.returnableMinorUnitsByPayment(incomplete.map(({ owed }) => owed));
    const views = new Map(Array.from(refunds, ([id, [first]]) => [id, viewOf(first!)]));
    for (const { id, owed, own, requested } of owing) {
      const amount = Math.max(requested, returnable.get(owed.paymentId) ?? 0);
      // An external refund, or one of an earlier reason, that left nothing is the answer.
      if (amount === requested && own !== undefined) views.set(id, viewOf(own));
      // Of a refund of nothing, payments knows nothing, so no other state would follow.
      else {
        const status = amount === 0 ? 'succeeded' : 'requested';
        const paidOutAt = requested > 0 ? (own?.paidOutAt ?? null) : null;
        views.set(id, { amount: { ...owed.due, amount }, status, reason: owed.reason, paidOutAt });
      }
    }
    return views;
  }
}

/** What is owed is one sum. */
function amountOwed(refund: Refund | undefined): number {
  return refund !== undefined && isOwedReason(refund.reason) ? refund.amount.amount : 0;
}

function viewOf({ amount, status, reason, paidOutAt }: Refund): ReservationRefundView {
  return { amount, status, reason, paidOutAt };
}
