/** What a payment that arrived is for, and what of it is more than the seats cost. */
import { PaymentCameTooLate, RefundDueRaised, ReservationConfirmed, SurplusPaymentReceived } from '@app/contracts/reservations.js';
import type { PaymentOutcome, ReceivedPayment } from './payment-outcome.js';
import type { ReservationChange, ReservationState } from './reservation-state.js';
import { showtimeSinceHold } from './sales-status.js';
import type { SettlementSituation } from './situations.js';

interface Settlement {
  readonly outcome: PaymentOutcome;
  readonly changes: readonly ReservationChange[];
}

/**
 * A payment that goes back is an event, not an error. One that was begun before the seats became cheaper confirms, and the difference goes back.
 */
export function settle(
  state: ReservationState,
  payment: ReceivedPayment,
  { seatsReclaimed, salesStatus, at }: SettlementSituation & { at: Date },
): Settlement {
  const { status, id: reservationId, total, currency, showtimeVersion } = state;
  const { paymentId, amount } = payment;
  const isEnough = amount.amount >= total && amount.currency === currency;
  if (isEnough && status === 'held' && showtimeSinceHold(showtimeVersion, salesStatus) === 'on-sale')
    return { outcome: 'confirmed', changes: confirm(state, payment, { late: false, at }) };
  if (isEnough && status === 'expired' && seatsReclaimed)
    return { outcome: 'confirmed-late', changes: confirm(state, payment, { late: true, at }) };
  if (status === 'confirmed' || status === 'completed')
    return { outcome: 'surplus', changes: [{ event: new SurplusPaymentReceived({ reservationId, paymentId, amount }), changes: {} }] };
  return { outcome: 'too-late', changes: [{ event: new PaymentCameTooLate({ reservationId, paymentId, amount }), changes: {} }] };
}

/** What was paid is more than the seats cost now. */
export function oweExcess(
  { id: reservationId, showtimeId, customerId, paymentId, currency, changeRefund }: ReservationState,
  excess: number,
  at: Date,
): readonly ReservationChange[] {
  if (excess === 0 || paymentId === null) return [];
  const owed = changeRefund + excess;
  const refundDue = { amount: owed, currency };
  const event = new RefundDueRaised({ reservationId, showtimeId, customerId, paymentId, refundDue, reason: 'seats-changed' });
  return [{ event, changes: { changeRefund: owed, changeRefundOwedAt: at } }];
}

function confirm(
  state: ReservationState,
  { paymentId, amount }: ReceivedPayment,
  { late, at }: { late: boolean; at: Date },
): readonly ReservationChange[] {
  const { id: reservationId, showtimeId, customerId, code, seats, total, currency } = state;
  const price = { amount: total, currency };
  const event = new ReservationConfirmed({ reservationId, showtimeId, customerId, paymentId, code, seats, total: price, late });
  const changes = { status: 'confirmed', paymentId, late, confirmedAt: at, endedAt: null, endReason: null } as const;
  return [{ event, changes }, ...oweExcess({ ...state, ...changes }, amount.amount - total, at)];
}
