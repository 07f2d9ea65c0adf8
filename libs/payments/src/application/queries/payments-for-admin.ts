import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PaymentStatus } from '../../domain/payment.js';
import { PaymentRows } from './payment-rows.js';
import { type AdminPaymentView, viewOfAdminPayment } from './payment-view.js';

export interface PaymentsFilter {
  readonly reservationId?: string | undefined;
  readonly status?: PaymentStatus | undefined;
  readonly intentId?: string | undefined;
  /** Only payments begun before this one. */
  readonly before: string | null;
  readonly limit: number;
}

/** For admins, newest first: one more than `limit` when there are more. */
export class PaymentsForAdmin extends Query<AdminPaymentView[]> {
  constructor(readonly filter: PaymentsFilter) {
    super();
  }
}

@QueryHandler(PaymentsForAdmin)
export class PaymentsForAdminHandler implements IQueryHandler<PaymentsForAdmin> {
  constructor(private readonly payments: PaymentRows) {}

  async execute({ filter }: PaymentsForAdmin): Promise<AdminPaymentView[]> {
    const conditions = ['true'];
    const parameters: unknown[] = [filter.limit + 1];
    const where = (condition: string, value: string | null | undefined): void => {
      if (value === null || value === undefined) return;
      parameters.push(value);
      conditions.push(`${condition} $${parameters.length}`);
    };
    where('p.id <', filter.before);
    where('p.reservation_id =', filter.reservationId);
    where('p.status =', filter.status);
    where('p.intent_id =', filter.intentId);
    const payments = await this.payments.select(`${conditions.join(' AND ')} ORDER BY p.id DESC LIMIT $1`, parameters);
    return payments.map(viewOfAdminPayment);
  }
}
