/** What payments answers to a reconciliation. */
import { Query } from '@nestjs/cqrs';
import type { MoneyJson } from '@app/kernel/money.js';
import type { CountedRefund } from './owed-refunds.js';
import type { RefundReason, RefundStatus } from './payments.js';

export interface RefundAccount {
  readonly refundId: string;
  /** In the currency of the captured money. */
  readonly amount: MoneyJson;
  readonly status: RefundStatus;
  readonly reason: RefundReason | 'external';
  /** What the staff paid out in another way than through Stripe, after it failed. Left out: nothing. */
  readonly paidOut?: MoneyJson;
  /** An external one that was requested for changed seats, and lost by a restore. Left out: it was not. */
  readonly isForChangedSeats?: boolean;
  /** ISO instant, domain time. */
  readonly createdAt: string;
}

export function countedRefund({ reason, status, amount: { amount }, paidOut }: RefundAccount): CountedRefund {
  return { reason, status, amount, paidOutAmount: paidOut?.amount ?? null };
}

/** What payments recorded about one payment: one side of a reconciliation. */
export interface PaymentAccountView {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly price: MoneyJson;
  readonly captured: MoneyJson;
  /** What banks keep by disputes that were lost. */
  readonly lost: MoneyJson;
  /** ISO instants, domain time. `settledAt` is null unless the whole price arrived. */
  readonly createdAt: string;
  readonly settledAt: string | null;
  readonly refunds: readonly RefundAccount[];
}

/** Every payment that was begun in a time, with all that happened to it since. A page at a time, in the order (createdAt, paymentId). */
export class PaymentAccountsBetween extends Query<PaymentAccountView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly createdAt: string; readonly paymentId: string },
    /** Itself left out. */
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}

/** The accounts of these payments in any order. Unknown ids are left out. */
export class PaymentAccountsOf extends Query<PaymentAccountView[]> {
  constructor(readonly paymentIds: readonly string[]) {
    super();
  }
}

/** What Stripe said in an event that is kept, and payments did not record. */
export interface StripeDifferenceView {
  /** `event`: it was not applied. `money`, `refund`: it was applied or ignored, and our rows say something else. */
  readonly kind: 'event' | 'money' | 'refund';
  readonly stripeEventId: string;
  readonly type: string;
  /** Null where the event is about no payment of ours, as far as is known. */
  readonly paymentId: string | null;
  readonly reservationId: string | null;
  /** Null where an event was not applied. */
  readonly said: MoneyJson | null;
  readonly recorded: MoneyJson | null;
}

/** Compares Stripe's events that arrived from `from` on and before `until` with what payments recorded. Stripe itself is not asked. */
export class StripeDifferencesBetween extends Query<{ differences: StripeDifferenceView[]; checked: number }> {
  constructor(
    readonly from: string,
    readonly until: string,
    /** Of each kind. */
    readonly limit: number,
  ) {
    super();
  }
}
