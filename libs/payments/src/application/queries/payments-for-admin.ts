import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Disputes } from '../../domain/disputes.js';
import type { PaymentStatus } from '../../domain/payment-state.js';
import { PaymentPages } from './parts/payment-pages.js';
import { type AdminPaymentsResponse, AdminPaymentView } from './admin-payment.view.js';

interface PaymentFilter {
  /** Any of these. */
  readonly reservationId?: readonly string[] | undefined;
  readonly status?: readonly PaymentStatus[] | undefined;
  readonly intentId?: readonly string[] | undefined;
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
  constructor(
    private readonly pages: PaymentPages,
    private readonly disputes: Disputes,
  ) {}

  async execute({ filter: { reservationId, status, intentId, limit, cursor } }: PaymentsForAdmin): Promise<AdminPaymentsResponse> {
    const { data, page } = await this.pages.read({
      filters: [],
      anyOf: [
        ['p.intent_id', intentId],
        ['p.reservation_id', reservationId],
        ['p.status', status],
      ],
      limit,
      cursor,
      view: (payment) => payment,
    });
    const disputes = await this.disputes.ofPayments(data.map(({ id }) => id));
    return { data: data.map((payment) => AdminPaymentView.of(payment, disputes)), page };
  }
}
