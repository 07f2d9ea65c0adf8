/** The money of a reservation that can still be given back, and what it owes already. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { KeptMoneyOf, ReturnableSumsOf } from '@app/contracts/payments.js';
import type { KeptLimit } from '../domain/cancellation.js';
import type { ReservationState } from '../domain/reservation-state.js';

type PaidState = Pick<ReservationState, 'status' | 'paymentId' | 'refundDue' | 'refundReason' | 'changeRefund' | 'currency'>;
type OwedRefund = ReturnableSumsOf['owed'][number];

/** The whole sum that a paid reservation owes by its own row. Null where it owes none; 0 where it was cancelled and the policy gives nothing. */
export function owedBy({ status, paymentId, refundDue, refundReason, changeRefund, currency }: PaidState): OwedRefund | null {
  if (paymentId === null) return null;
  if (status === 'cancelled' && refundDue !== null && refundReason !== null)
    return { paymentId, reason: refundReason, due: { amount: refundDue + changeRefund, currency } };
  return changeRefund > 0 ? { paymentId, reason: 'seats-changed', due: { amount: changeRefund, currency } } : null;
}

@Injectable()
export class CapturedMoney {
  constructor(private readonly queries: QueryBus) {}

  /** What was captured and stays here by now: it did not go back and is not owed, requested or not. In minor units. */
  async keptOf(state: PaidState): Promise<number> {
    const { paymentId } = state;
    return paymentId === null ? 0 : this.queries.execute(new KeptMoneyOf(paymentId, owedBy(state)));
  }

  /** For a cancellation that is decided behind the locks: the state there may have another payment. */
  async limitOf(state: PaidState, keptAtMost: number): Promise<KeptLimit> {
    return { keptAtMost, captured: { paymentId: state.paymentId, amount: await this.keptOf(state) } };
  }

  /** What of it goes back, whether payments knows of it yet or not. In minor units by payment. */
  async returnable(owed: readonly OwedRefund[]): Promise<Map<string, number>> {
    if (owed.length === 0) return new Map();
    const sums = await this.queries.execute(new ReturnableSumsOf(owed));
    return new Map(sums.map(({ paymentId, amount }) => [paymentId, amount]));
  }
}
