import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Disputes } from '../../domain/disputes.js';
import { PaymentNotFound } from '../../domain/errors.js';
import { AdminPaymentView } from './admin-payment.view.js';
import { PaymentPages } from './parts/payment-pages.js';

/** Throws `PaymentNotFound`. */
export class PaymentForAdmin extends Query<AdminPaymentView> {
  constructor(readonly paymentId: string) {
    super();
  }
}

@QueryHandler(PaymentForAdmin)
export class PaymentForAdminHandler implements IQueryHandler<PaymentForAdmin> {
  constructor(
    private readonly pages: PaymentPages,
    private readonly disputes: Disputes,
  ) {}

  async execute({ paymentId }: PaymentForAdmin): Promise<AdminPaymentView> {
    const payment = await this.pages.readOne([['p.id = ?', paymentId]]);
    if (payment === null) throw new PaymentNotFound();
    return AdminPaymentView.of(payment, await this.disputes.ofPayments([paymentId]));
  }
}
