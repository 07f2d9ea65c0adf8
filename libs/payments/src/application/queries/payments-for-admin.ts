import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PaymentStatus } from '../../domain/payment-state.js';
import { PaymentPages } from './payment-pages.js';
import { type AdminPaymentsResponse, AdminPaymentView } from './payment.view.js';

interface PaymentFilter {
  readonly reservationId?: string | undefined;
  readonly status?: PaymentStatus | undefined;
  readonly intentId?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Every payment, newest first. Throws `InvalidCursor`. */
export class PaymentsForAdmin extends Query<AdminPaymentsResponse> {
  constructor(readonly filter: PaymentFilter) {
    super();
  }
}

@QueryHandler(PaymentsForAdmin)
export class PaymentsForAdminHandler implements IQueryHandler<PaymentsForAdmin> {
  constructor(private readonly pages: PaymentPages) {}

  execute({ filter: { reservationId, status, intentId, limit, cursor } }: PaymentsForAdmin): Promise<AdminPaymentsResponse> {
    return this.pages.read({
      filters: [
        ['p.reservation_id = ?', reservationId],
        ['p.status = ?', status],
        ['p.intent_id = ?', intentId],
      ],
      limit,
      cursor,
      view: (payment) => AdminPaymentView.of(payment),
    });
  }
}
