import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReturnableSumsOf } from '@app/contracts/payments.js';
import { returnableSumOf } from '../../domain/owed-refunds.js';
import { Payments } from '../../domain/payments.js';

@QueryHandler(ReturnableSumsOf)
export class ReturnableSumsOfHandler implements IQueryHandler<ReturnableSumsOf> {
  constructor(private readonly payments: Payments) {}

  async execute({ owed }: ReturnableSumsOf): Promise<{ paymentId: string; amount: number }[]> {
    if (owed.length === 0) return [];
    const payments = new Map((await this.payments.ofIds(owed.map(({ paymentId }) => paymentId))).map((payment) => [payment.id, payment]));
    return owed.flatMap(({ paymentId, ...owing }) => {
      const payment = payments.get(paymentId);
      return payment === undefined ? [] : [{ paymentId, amount: returnableSumOf(payment.state, owing) }];
    });
  }
}
