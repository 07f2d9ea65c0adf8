/** What of a payment is owed, and what of that is missing among its refunds. */
import { type CountedRefund, givenApartOf, givenBackOf, isOwedReason, requestedOf } from '@app/contracts/owed-refunds.js';
import type { RefundReason } from '@app/contracts/payments.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { PaymentState } from './payment-state.js';
import type { RefundState } from './refund.js';

/** A whole sum that is owed, and what for. */
export interface OwedSum {
  readonly reason: RefundReason;
  readonly due: MoneyJson;
}

type Refund = CountedRefund & Pick<RefundState, 'isForChangedSeats'>;

/** What the sums are made of. */
export interface RefundableMoney extends Pick<PaymentState, 'captured' | 'capturedCurrency' | 'lost'> {
  readonly refunds: readonly Refund[];
}

/**
 * What is to be requested so that `due` goes back. A refund for an owed reason that failed counts: it is still owed, and can be retried. An external or a
 * goodwill refund that failed does not count, unless the staff paid it out: its money is here, and no longer promised. What a bank keeps after a lost
 * dispute the customer has.
 */
export function missingOf(money: RefundableMoney, owed: OwedSum): number {
  const { returnable, requested } = accountOf(money, owed);
  return Math.max(0, Math.min(owed.due.amount, returnable) - requested);
}

/** What of it goes back as owed, whether that is requested or not. A change of seats whose refund was lost went back as external. */
export function returnableSumOf(money: RefundableMoney, owed: OwedSum): number {
  const { returnable, requestedApart } = accountOf(money, owed);
  return Math.max(0, Math.min(owed.due.amount, returnable) - requestedApart);
}

/** What is neither owed nor gone. `owed`: the whole sum that is owed, also where it is not requested yet; null where nothing is. */
export function keptOf(money: RefundableMoney, owed: OwedSum | null): number {
  const { returnable, requested } = accountOf(money, owed);
  return Math.max(0, returnable - Math.max(requested, owed?.due.amount ?? 0));
}

/** `returnable`: what can go back as owed at most. `requested`: what of it was requested. */
function accountOf(
  { captured, capturedCurrency: currency, refunds, lost }: RefundableMoney,
  owed: OwedSum | null,
): { returnable: number; requested: number; requestedApart: number } {
  if (owed !== null && owed.due.currency !== currency)
    throw new RangeError(`Cannot refund ${owed.due.currency} of a payment in ${currency}`);
  const isRequested = (refund: Refund): boolean =>
    isOwedReason(refund.reason) || (owed?.reason === 'seats-changed' && refund.isForChangedSeats && refund.status !== 'failed');
  const requested = sumOf(refunds.filter(isRequested), requestedOf);
  const requestedApart =
    requested -
    sumOf(
      refunds.filter(({ reason }) => isOwedReason(reason)),
      requestedOf,
    );
  const isLostChange = (refund: Refund): boolean => refund.reason === 'external' && isRequested(refund);
  const apart = sumOf(
    refunds.filter((refund) => !isLostChange(refund)),
    givenApartOf,
  );
  return { returnable: captured - apart - lost, requested, requestedApart };
}

/** What neither went back nor is requested to, was not paid out by the staff, and was not lost in a dispute. */
export function refundableOf({ captured, refunds, lost }: RefundableMoney): number {
  return captured - sumOf(refunds, givenBackOf) - lost;
}

/** Money that did not settle its payment is owed in full. No reservation knows of it. */
export function unexpectedMoneyOf({ captured: amount, capturedCurrency: currency, settledAt, refunds }: PaymentState): OwedSum[] {
  const reason = refunds.map((refund) => refund.reason).find((each) => each === 'surplus-payment' || each === 'wrong-amount');
  return settledAt !== null || reason === undefined ? [] : [{ reason, due: { amount, currency } }];
}

function sumOf(refunds: readonly Refund[], amountOf: (refund: Refund) => number): number {
  return refunds.reduce((sum, refund) => sum + amountOf(refund), 0);
}
