/** What was captured of payments and is not refunded yet, nor requested to be: what can still be given back. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { CapturedMoneyOf } from '@app/contracts/payments.js';

@Injectable()
export class CapturedMoney {
  constructor(private readonly queries: QueryBus) {}

  /** Minor units by payment. A payment without money is left out. */
  async ofPayments(paymentIds: readonly string[]): Promise<Map<string, number>> {
    if (paymentIds.length === 0) return new Map();
    const payments = await this.queries.execute(new CapturedMoneyOf(paymentIds));
    return new Map(payments.map(({ paymentId, captured, refunded }) => [paymentId, captured.amount - refunded.amount]));
  }
}
