/** What is paid for a reservation, and what of it goes back: the money part of the aggregate. */
import {
  type CancelledBy,
  DisputeRecorded,
  PaymentCameTooLate,
  RefundDueRaised,
  ReservationCancelled,
  ReservationConfirmed,
  SurplusPaymentReceived,
} from '@app/contracts/reservations.js';
import { AggregateRoot } from '@app/kernel/aggregate-root.js';
import { type CancellationQuote, END_REASONS, type KeptLimit, type RefundRule } from './cancellation.js';
import { AlreadyAdmitted, AlreadyCompleted, HoldExpired, MoreWouldBeKept, TooLateToCancel } from './errors.js';
import type { PaymentOutcome, ReceivedPayment } from './payment-outcome.js';
import type { RecordedDispute, ReservationState, RunKind } from './reservation-state.js';
import { reservedShowtime, type ReservedShowtime, type SalesStatus } from './situations.js';

/** What admins read as the reason. */
const ERASED = 'The account was erased.';
const DEACTIVATED = 'The account was deactivated.';

export abstract class PaidReservation extends AggregateRoot<ReservationState> {
  get labels(): string[] {
    return this.state.seats.map(({ label }) => label);
  }

  /**
   * Decides what a payment is for. A payment that goes back is an event, not an error. One that was begun before the seats became cheaper confirms,
   * and the difference goes back.
   */
  receivePayment(
    payment: ReceivedPayment,
    { seatsReclaimed, salesStatus, at }: { seatsReclaimed: boolean; salesStatus: SalesStatus; at: Date },
  ): PaymentOutcome {
    const { status, id, total, currency } = this.state;
    const { paymentId, amount } = payment;
    const isEnough = amount.amount >= total && amount.currency === currency;
    if (isEnough && status === 'held' && this.showtime(salesStatus) === 'on-sale') return this.confirm(payment, { late: false, at });
    if (isEnough && status === 'expired' && seatsReclaimed) return this.confirm(payment, { late: true, at });
    if (status === 'confirmed' || status === 'completed') {
      this.record(new SurplusPaymentReceived({ reservationId: id, paymentId, amount }));
      return 'surplus';
    }
    this.record(new PaymentCameTooLate({ reservationId: id, paymentId, amount }));
    return 'too-late';
  }

  /**
   * Ends a held or confirmed reservation. Leaves a cancelled one as it is. Where the showtime was cancelled or moved, everything is owed.
   * Throws `HoldExpired`, `AlreadyCompleted`, `MoreWouldBeKept`, and for a customer `TooLateToCancel` once the showtime has started, `AlreadyAdmitted`
   * once let in. Without `keptLimit` the rule of the refund alone decides.
   */
  cancel(request: {
    by: CancelledBy;
    refund: RefundRule;
    reason: string | null;
    keptLimit?: KeptLimit | null;
    salesStatus: SalesStatus;
    at: Date;
  }): void {
    const { by, refund, reason, keptLimit = null, salesStatus, at } = request;
    const { status, startsAt } = this.state;
    if (status === 'cancelled') return;
    if (status === 'expired') throw new HoldExpired();
    if (status === 'completed') throw new AlreadyCompleted();
    const takesPlace = this.showtime(salesStatus) === 'on-sale';
    if (by === 'customer' && takesPlace && at >= startsAt) throw new TooLateToCancel();
    if (by === 'customer' && takesPlace) this.assertNotAdmitted();
    const refundDue = this.refundBy(takesPlace ? refund : 'full', at);
    if (keptLimit !== null) this.assertKeptAtMost(keptLimit, refundDue);
    this.end({ by, refundDue, reason, at });
  }

  /**
   * The cinema cancelled or moved the showtime: ends the reservation, a completed one too, and owes everything that was paid, also for one that
   * was cancelled already. A reservation that had ended before `movedAt` was not affected by the move and stays as it is.
   */
  endByCinema({ kind, movedAt, reason, at }: { kind: RunKind; movedAt: Date | null; reason: string | null; at: Date }): void {
    const { id, showtimeId, customerId, status, paymentId, total, currency, endedAt, refundDue, changeRefund } = this.state;
    if (kind === 'moved' && endedAt !== null && (movedAt === null || endedAt < movedAt)) return;
    if (status === 'held' || status === 'confirmed' || status === 'completed') {
      this.end({ by: 'cinema', refundDue: total, reason, at });
    } else if (status === 'cancelled' && paymentId !== null && refundDue !== null && refundDue < total) {
      const refundReason = `showtime-${kind}` as const;
      const due = { amount: total + changeRefund, currency };
      this.record(new RefundDueRaised({ reservationId: id, showtimeId, customerId, paymentId, refundDue: due, reason: refundReason }), {
        refundDue: total,
        refundOwedAt: at,
        refundReason,
      });
    }
  }

  /**
   * The person was erased, so nobody can use a ticket: ends a hold, and gives everything back for a showtime that has not started. Leaves anything
   * else as it is.
   */
  endForErasedCustomer(at: Date): void {
    const { status, total, startsAt, admittedAt } = this.state;
    const isAhead = status === 'confirmed' && admittedAt === null && at < startsAt;
    if (status !== 'held' && !isAhead) return;
    this.end({ by: 'customer', refundDue: total, reason: ERASED, at });
  }

  /** Ends a hold: nobody can pay for it any more. Leaves anything else as it is. */
  endHoldOfDeactivatedCustomer(at: Date): void {
    if (this.state.status === 'held') this.end({ by: 'admin', refundDue: 0, reason: DEACTIVATED, at });
  }

  /** What a cancellation by the customer would refund. `captured`: what was paid and does not go back already. */
  quote({ captured, salesStatus, at }: { captured: number; salesStatus: SalesStatus; at: Date }): CancellationQuote {
    const { status, currency, startsAt, refundUntil, heldUntil, admittedAt } = this.state;
    const takesPlace = this.showtime(salesStatus) === 'on-sale';
    const cancellable = (status === 'held' || status === 'confirmed') && ((at < startsAt && admittedAt === null) || !takesPlace);
    const refund = cancellable ? Math.min(this.refundBy(takesPlace ? 'policy' : 'full', at), captured) : 0;
    const until = status === 'held' ? heldUntil : at < refundUntil ? refundUntil : startsAt;
    return {
      cancellable,
      refund: { amount: refund, currency },
      kept: { amount: captured - refund, currency },
      until: cancellable && takesPlace ? until : null,
    };
  }

  /** The latest news of the payment holds, in any order: a dispute can be decided anew. What is owed stays as it is. */
  recordDispute(news: Required<RecordedDispute>): void {
    const { id: disputeId, outcome } = news;
    const { id, showtimeId, customerId, disputes } = this.state;
    const known = disputes.find((dispute) => dispute.id === disputeId);
    if (known !== undefined && (known.outcome === outcome || !isLater(news, known))) return;
    const recorded = [...disputes.filter((dispute) => dispute !== known), news];
    const disputed = recorded.some((dispute) => dispute.outcome !== 'won');
    const event = new DisputeRecorded({ reservationId: id, showtimeId, customerId, disputeId, outcome, disputed });
    this.record(event, { disputes: recorded, disputed });
  }

  /** A customer in the room keeps these seats, and the money stays. Throws `AlreadyAdmitted`, which tells the customer when, and not by whom. */
  protected assertNotAdmitted(): void {
    const { admittedAt } = this.state;
    if (admittedAt !== null) throw new AlreadyAdmitted({ admittedAt: admittedAt.toISOString() });
  }

  protected showtime(salesStatus: SalesStatus): ReservedShowtime {
    return reservedShowtime(this.state.showtimeVersion, salesStatus);
  }

  /** The caller may have seen another state: a hold may have been paid, and the time for refunds may have ended. */
  private assertKeptAtMost({ keptAtMost, captured }: KeptLimit, refundDue: number): void {
    const { paymentId, total, currency } = this.state;
    if (paymentId === null) return;
    // Of a payment that came after the question nothing has gone back.
    const paid = captured.paymentId === paymentId ? Math.min(captured.amount, total) : total;
    const refund = Math.min(refundDue, paid);
    const kept = paid - refund;
    if (kept > keptAtMost) throw new MoreWouldBeKept({ refund: { amount: refund, currency }, kept: { amount: kept, currency } });
  }

  private end({ by, refundDue, reason, at }: { by: CancelledBy; refundDue: number; reason: string | null; at: Date }): void {
    const { id, showtimeId, customerId, paymentId, currency, changeRefund } = this.state;
    const due = paymentId === null ? 0 : refundDue;
    this.record(
      new ReservationCancelled({
        reservationId: id,
        showtimeId,
        customerId,
        seats: this.labels,
        paymentId,
        refundDue: { amount: due + changeRefund, currency },
        owedBefore: { amount: changeRefund, currency },
        by,
        reason,
      }),
      {
        status: 'cancelled',
        endedAt: at,
        endReason: END_REASONS[by],
        ...(paymentId === null ? {} : { refundDue: due, refundOwedAt: at, refundReason: 'reservation-cancelled' }),
      },
    );
  }

  private confirm({ paymentId, amount }: ReceivedPayment, { late, at }: { late: boolean; at: Date }): PaymentOutcome {
    const { id, showtimeId, customerId, code, seats, total, currency } = this.state;
    this.record(
      new ReservationConfirmed({
        reservationId: id,
        showtimeId,
        customerId,
        paymentId,
        code,
        seats,
        total: { amount: total, currency },
        late,
      }),
      { status: 'confirmed', paymentId, late, confirmedAt: at, endedAt: null, endReason: null },
    );
    this.oweExcess(amount.amount - total, at);
    return late ? 'confirmed-late' : 'confirmed';
  }

  /** What was paid is more than the seats cost now. */
  protected oweExcess(excess: number, at: Date): void {
    const { id, showtimeId, customerId, paymentId, currency } = this.state;
    if (excess === 0 || paymentId === null) return;
    const changeRefund = this.state.changeRefund + excess;
    const refundDue = { amount: changeRefund, currency };
    this.record(new RefundDueRaised({ reservationId: id, showtimeId, customerId, paymentId, refundDue, reason: 'seats-changed' }), {
      changeRefund,
      changeRefundOwedAt: at,
    });
  }

  /** Nothing was paid for a hold. */
  private refundBy(rule: RefundRule, at: Date): number {
    const { status, total, refundUntil } = this.state;
    if (status === 'held' || rule === 'none') return 0;
    return rule === 'full' || at < refundUntil ? total : 0;
  }
}

/** A decision without a number is later than the beginning, and earlier than a decision with one. */
function isLater(news: Required<RecordedDispute>, known: RecordedDispute): boolean {
  return known.sequence === undefined ? news.outcome !== 'open' : news.sequence > known.sequence;
}
