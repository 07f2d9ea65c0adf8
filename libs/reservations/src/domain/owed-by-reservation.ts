import type { ReturnableSumsOf } from '@app/contracts/payments.js';
import type { ReservationState } from './reservation-state.js';

export type PaidState = Pick<ReservationState, 'status' | 'paymentId' | 'refundDue' | 'refundReason' | 'changeRefund' | 'currency'>;
export type OwedRefund = ReturnableSumsOf['owed'][number];

/** The whole sum that a paid reservation owes by its own row. Null where it owes none; 0 where it was cancelled and the policy gives nothing. */
export function owedByReservation({ status, paymentId, refundDue, refundReason, changeRefund, currency }: PaidState): OwedRefund | null {
  if (paymentId === null) return null;
  if (status === 'cancelled' && refundDue !== null && refundReason !== null)
    return { paymentId, reason: refundReason, due: { amount: refundDue + changeRefund, currency } };
  return changeRefund > 0 ? { paymentId, reason: 'seats-changed', due: { amount: changeRefund, currency } } : null;
}
