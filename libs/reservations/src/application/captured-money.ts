/** The money of a reservation that can still be given back. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { KeptMoneyOf, ReturnableSumsOf } from '@app/contracts/payments.js';
import type { KeptLimit } from '../domain/cancellation.js';
import { type OwedRefund, owedByReservation, type PaidState } from '../domain/owed-by-reservation.js';

@Injectable()
export class CapturedMoney {
  constructor(private readonly queries: QueryBus) {}

  /** What was captured and stays here by now: it did not go back and is not owed, requested or not. */
  async keptMinorUnits(state: PaidState): Promise<number> {
    const { paymentId } = state;
    return paymentId === null ? 0 : this.queries.execute(new KeptMoneyOf(paymentId, owedByReservation(state)));
  }

  /** For a cancellation that is decided behind the locks: the state there may have another payment. */
  async keptLimitOf(state: PaidState, keptAtMost: number): Promise<KeptLimit> {
    return { keptAtMost, captured: { paymentId: state.paymentId, amount: await this.keptMinorUnits(state) } };
  }

  /** What of it goes back, whether payments knows of it yet or not. */
  async returnableMinorUnitsByPayment(owed: readonly OwedRefund[]): Promise<Map<string, number>> {
    if (owed.length === 0) return new Map();
    const sums = await this.queries.execute(new ReturnableSumsOf(owed));
    return new Map(sums.map(({ paymentId, amount }) => [paymentId, amount]));
  }
}
