import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { KeptMoneyOf } from '@app/contracts/payments.js';
import { keptOf } from '../../domain/owed-refunds.js';
import { Payments } from '../../domain/payments.js';

/** By the sums of the aggregate, as when a refund is requested. */
@QueryHandler(KeptMoneyOf)
export class KeptMoneyOfHandler implements IQueryHandler<KeptMoneyOf> {
  constructor(private readonly payments: Payments) {}

  async execute({ paymentId, owed }: KeptMoneyOf): Promise<number> {
    const [payment] = await this.payments.ofIds([paymentId]);
    return payment === undefined ? 0 : keptOf(payment.state, owed);
  }
}
