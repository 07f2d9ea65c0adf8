import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { RefundsThatWouldBeRequested } from '@app/contracts/payments.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Payments } from '../../domain/payments.js';

/** The aggregate decides, as when the refund is requested. */
@QueryHandler(RefundsThatWouldBeRequested)
export class RefundsThatWouldBeRequestedHandler implements IQueryHandler<RefundsThatWouldBeRequested> {
  constructor(private readonly payments: Payments) {}

  async execute({ owed }: RefundsThatWouldBeRequested): Promise<{ paymentId: string; amount: MoneyJson }[]> {
    if (owed.length === 0) return [];
    const payments = new Map((await this.payments.ofIds(owed.map(({ paymentId }) => paymentId))).map((payment) => [payment.id, payment]));
    return owed.flatMap(({ paymentId, ...owing }) => {
      const amount = payments.get(paymentId)?.refundOwed(owing) ?? 0;
      return amount === 0 ? [] : [{ paymentId, amount: { amount, currency: owing.due.currency } }];
    });
  }
}
