/** What admins do to the refunds of a payment, here or at Stripe. Each function refuses, or says what is to be recorded. */
import { chargeStep } from '@app/contracts/chargeable-currencies.js';
import type { RefundReason } from '@app/contracts/payments.js';
import {
  NothingLeftToRefund,
  PaidOutAmountDiffers,
  RefundAlreadyPaidOut,
  RefundAmountRefused,
  RefundExceedsRest,
  RefundNotFailed,
} from './errors.js';
import { refundableOf } from './owed-refunds.js';
import type { PaymentState } from './payment-state.js';
import { isLostChangeOfSeats, newRefund, type RefundState, refundWithId } from './refund.js';
import type { RefundFact } from './stripe-facts.js';

/** Without an amount: all that is left. Throws `NothingLeftToRefund`, `RefundExceedsRest`, `RefundAmountRefused`. */
export function goodwillAmount(state: PaymentState, amount: number | null): number {
  const refundable = refundableOf(state);
  const { capturedCurrency: currency } = state;
  if (refundable <= 0) throw new NothingLeftToRefund();
  const wanted = amount ?? refundable;
  if (wanted > refundable) throw new RefundExceedsRest({ amount: refundable, currency });
  if (wanted % chargeStep(currency) !== 0) throw new RefundAmountRefused(currency, chargeStep(currency));
  return wanted;
}

/**
 * The refund, and what of it can be requested again; null where it is requested or submitted already. Throws `RefundNotFound`, `RefundNotFailed`,
 * `RefundAlreadyPaidOut`, `NothingLeftToRefund`.
 */
export function refundToRetry(state: PaymentState, refundId: string): { refund: RefundState; amount: number } | null {
  const { reason, status, paidOutAt } = refundWithId(state.refunds, refundId);
  const isUnderWay = status === 'requested' || status === 'submitted';
  if (isUnderWay && reason !== 'external' && paidOutAt === null) return null;
  const { refund, rest } = failedRefund(state, refundId);
  return { refund, amount: rest };
}

/** What an admin pays out of a failed refund in another way than through Stripe. */
export interface PayOut {
  readonly refundId: string;
  readonly adminId: string;
  /** Minor units. */
  readonly amount: number;
  /** How, and by which reference. */
  readonly note: string;
}

/**
 * Where part of the money of the refund went back otherwise, only the rest is to be paid: `unpaid` is the difference. Null where the same admin recorded
 * the same: anything else is another payment to the customer. Throws as `refundToRetry`, and `PaidOutAmountDiffers`.
 */
export function paidOutRefund(state: PaymentState, { refundId, adminId, amount, note, now }: PayOut & { now: Date }) {
  if (isRecorded(refundWithId(state.refunds, refundId), { adminId, amount, note })) return null;
  const { refund, reason, rest } = failedRefund(state, refundId);
  const paid = { amount: rest, currency: refund.currency };
  if (amount !== rest) throw new PaidOutAmountDiffers(paid);
  return {
    refund: { ...refund, amount: rest, paidOutAt: now, paidOutAmount: rest, paidOutNote: note, paidOutBy: adminId },
    paid: { refundId, amount: paid, reason },
    unpaid: refund.amount - rest,
  };
}

function isRecorded({ paidOutBy, paidOutAmount, paidOutNote }: RefundState, { adminId, amount, note }: Omit<PayOut, 'refundId'>): boolean {
  return paidOutBy === adminId && paidOutAmount === amount && paidOutNote === note;
}

function failedRefund(state: PaymentState, refundId: string): { refund: RefundState; reason: RefundReason; rest: number } {
  const refund = refundWithId(state.refunds, refundId);
  const { reason, status, paidOutAt } = refund;
  if (paidOutAt !== null) throw new RefundAlreadyPaidOut(paidOutAt);
  if (status !== 'failed' || reason === 'external') throw new RefundNotFailed(status);
  const rest = Math.min(refund.amount, refundableOf(state));
  if (rest <= 0) throw new NothingLeftToRefund();
  return { refund, reason, rest };
}

/** Of one that was not requested here. Recorded even when it failed already: an older fact about it that arrives later must find it failed. */
export function newExternalRefund({ id: paymentId, refunds }: PaymentState, fact: RefundFact, createdAt: Date): RefundState {
  const isForChangedSeats = isLostChangeOfSeats(refunds, fact);
  return newRefund({ paymentId, reason: 'external', ...fact.amount, isForChangedSeats, createdAt });
}
