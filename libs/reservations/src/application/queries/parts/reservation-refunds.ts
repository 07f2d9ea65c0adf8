import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isOwedReason } from '@app/contracts/owed-refunds.js';
import { type ReservationRefundView as Refund, RefundsOfReservations } from '@app/contracts/payments.js';
import { CapturedMoney, owedBy } from '../../captured-money.js';
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
   * By reservation; those without a refund are left out. One query to payments, and one more where a refund was owed a moment ago. A hold is not asked
   * about: until its payment has an outcome, nothing of it goes back.
   */
  async of(reservations: readonly ReservationRow[]): Promise<Map<string, ReservationRefundView>> {
    const rows = reservations.filter(({ status }) => status !== 'held');
    if (rows.length === 0) return new Map();
    const known = await this.queries.execute(new RefundsOfReservations(rows.map(({ id }) => id)));
    const refunds = new Map(known.map((refund) => [refund.reservationId, refund]));
    const unknown = rows.flatMap((row) => {
      const owed = owedBy(row);
      return owed === null || refunds.get(row.id)?.reason === owed.reason ? [] : [{ id: row.id, ...owed }];
    });
    const outstanding = await this.money.outstanding(unknown.filter(({ due }) => due.amount > 0));
    const views = new Map(known.map((refund) => [refund.reservationId, viewOf(refund)]));
    for (const { id, paymentId, due, reason } of unknown) {
      const added = outstanding.get(paymentId) ?? 0;
      // An external refund, or one of an earlier reason, that left nothing is the answer.
      if (added === 0 && views.has(id)) continue;
      const amount = amountOwedBefore(refunds.get(id)) + added;
      // Of a refund of nothing, payments knows nothing, so no other state would follow.
      views.set(id, { amount: { ...due, amount }, status: amount === 0 ? 'succeeded' : 'requested', reason });
    }
    return views;
  }
}

/** What is owed is one sum. */
function amountOwedBefore(known: Refund | undefined): number {
  return known !== undefined && isOwedReason(known.reason) ? known.amount.amount : 0;
}

function viewOf({ amount, status, reason }: Refund): ReservationRefundView {
  return { amount, status, reason };
}
