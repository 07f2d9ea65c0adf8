/** How a reservation is cancelled, by whom, and what that gives back. */
import { type CancelledBy, RefundDueRaised, ReservationCancelled } from '@app/contracts/reservations.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { assertNotAdmitted } from './check-in.js';
import { AlreadyCompleted, HoldExpired, MoreWouldBeKept, TooLateToCancel } from './errors.js';
import type { EndReason, ReservationChange, ReservationState, RunKind } from './reservation-state.js';
import { showtimeSinceHold, type SalesStatus } from './sales-status.js';

export type RefundRule = 'full' | 'policy' | 'none';

export interface Cancellation {
  readonly by: CancelledBy;
  readonly refund: RefundRule;
  readonly reason: string | null;
  /** Without it the rule of the refund alone decides. */
  readonly keptLimit?: KeptLimit | null;
  readonly salesStatus: SalesStatus;
  readonly at: Date;
}

/** What a cancellation may keep, in minor units. `captured`: what was paid by a payment and does not go back already, as it was asked for a moment ago. */
export interface KeptLimit {
  readonly keptAtMost: number;
  readonly captured: { readonly paymentId: string | null; readonly amount: number };
}

export interface EndByCinema {
  readonly kind: RunKind;
  readonly movedAt: Date | null;
  readonly reason: string | null;
  readonly at: Date;
}

export interface CancellationQuote {
  readonly cancellable: boolean;
  readonly refund: MoneyJson;
  readonly kept: MoneyJson;
  /** Until when the refund is valid; null where it cannot be cancelled, and where the showtime was cancelled or moved. */
  readonly until: Date | null;
}

const END_REASONS: Record<CancelledBy, EndReason> = {
  customer: 'cancelled-by-customer',
  admin: 'cancelled-by-admin',
  cinema: 'cancelled-by-cinema',
};
/** What admins read as the reason. */
const ERASED = 'The account was erased.';
const DEACTIVATED = 'The account was deactivated.';

/** Where the showtime was cancelled or moved, everything is owed. */
export function cancel(
  state: ReservationState,
  { by, refund, reason, keptLimit = null, salesStatus, at }: Cancellation,
): readonly ReservationChange[] {
  const { status, startsAt, showtimeVersion } = state;
  if (status === 'cancelled') return [];
  if (status === 'expired') throw new HoldExpired();
  if (status === 'completed') throw new AlreadyCompleted();
  const takesPlace = showtimeSinceHold(showtimeVersion, salesStatus) === 'on-sale';
  if (by === 'customer' && takesPlace && at >= startsAt) throw new TooLateToCancel();
  if (by === 'customer' && takesPlace) assertNotAdmitted(state);
  const refundDue = refundBy(state, takesPlace ? refund : 'full', at);
  if (keptLimit !== null) assertKeptAtMost(state, keptLimit, refundDue);
  return [end(state, { by, refundDue, reason, at })];
}

/** A reservation that had ended before `movedAt` was not affected by the move. */
export function endByCinema(state: ReservationState, { kind, movedAt, reason, at }: EndByCinema): readonly ReservationChange[] {
  const { id: reservationId, showtimeId, customerId, status, paymentId, total, currency, endedAt, refundDue, changeRefund } = state;
  if (kind === 'moved' && endedAt !== null && (movedAt === null || endedAt < movedAt)) return [];
  if (status === 'held' || status === 'confirmed' || status === 'completed')
    return [end(state, { by: 'cinema', refundDue: total, reason, at })];
  if (status !== 'cancelled' || paymentId === null || refundDue === null || refundDue >= total) return [];
  const refundReason = `showtime-${kind}` as const;
  const due = { amount: total + changeRefund, currency };
  const event = new RefundDueRaised({ reservationId, showtimeId, customerId, paymentId, refundDue: due, reason: refundReason });
  return [{ event, changes: { refundDue: total, refundOwedAt: at, refundReason } }];
}

/** Nobody can use a ticket: a hold ends, and for a showtime that has not started everything goes back. */
export function endForErasedCustomer(state: ReservationState, at: Date): readonly ReservationChange[] {
  const { status, total, startsAt, admittedAt } = state;
  const isAhead = status === 'confirmed' && admittedAt === null && at < startsAt;
  if (status !== 'held' && !isAhead) return [];
  return [end(state, { by: 'customer', refundDue: total, reason: ERASED, at })];
}

/** Nobody can pay for the hold any more. */
export function endHoldOfDeactivatedCustomer(state: ReservationState, at: Date): readonly ReservationChange[] {
  return state.status === 'held' ? [end(state, { by: 'admin', refundDue: 0, reason: DEACTIVATED, at })] : [];
}

/** What a cancellation by the customer would refund. `captured`: what was paid and does not go back already. */
export function quoteCancellation(
  state: ReservationState,
  { captured, salesStatus, at }: { captured: number; salesStatus: SalesStatus; at: Date },
): CancellationQuote {
  const { status, currency, startsAt, refundUntil, heldUntil, admittedAt, showtimeVersion } = state;
  const takesPlace = showtimeSinceHold(showtimeVersion, salesStatus) === 'on-sale';
  const cancellable = (status === 'held' || status === 'confirmed') && ((at < startsAt && admittedAt === null) || !takesPlace);
  const refund = cancellable ? Math.min(refundBy(state, takesPlace ? 'policy' : 'full', at), captured) : 0;
  const until = status === 'held' ? heldUntil : at < refundUntil ? refundUntil : startsAt;
  return {
    cancellable,
    refund: { amount: refund, currency },
    kept: { amount: captured - refund, currency },
    until: cancellable && takesPlace ? until : null,
  };
}

/** The caller may have seen another state: a hold may have been paid, and the time for refunds may have ended. */
function assertKeptAtMost({ paymentId, total, currency }: ReservationState, { keptAtMost, captured }: KeptLimit, refundDue: number): void {
  if (paymentId === null) return;
  // Of a payment that came after the question nothing has gone back.
  const paid = captured.paymentId === paymentId ? Math.min(captured.amount, total) : total;
  const refund = Math.min(refundDue, paid);
  const kept = paid - refund;
  if (kept > keptAtMost) throw new MoreWouldBeKept({ refund: { amount: refund, currency }, kept: { amount: kept, currency } });
}

function end(
  { id: reservationId, showtimeId, customerId, seats, paymentId, currency, changeRefund }: ReservationState,
  { by, refundDue, reason, at }: { by: CancelledBy; refundDue: number; reason: string | null; at: Date },
): ReservationChange {
  const due = paymentId === null ? 0 : refundDue;
  const event = new ReservationCancelled({
    ...{ reservationId, showtimeId, customerId, seats: seats.map(({ label }) => label), paymentId },
    refundDue: { amount: due + changeRefund, currency },
    owedBefore: { amount: changeRefund, currency },
    by,
    reason,
  });
  const refund = paymentId === null ? {} : ({ refundDue: due, refundOwedAt: at, refundReason: 'reservation-cancelled' } as const);
  return { event, changes: { status: 'cancelled', endedAt: at, endReason: END_REASONS[by], ...refund } };
}

/** Nothing was paid for a hold. */
function refundBy({ status, total, refundUntil }: ReservationState, rule: RefundRule, at: Date): number {
  if (status === 'held' || rule === 'none') return 0;
  return rule === 'full' || at < refundUntil ? total : 0;
}
