import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation } from '@app/contracts/reservations.js';
import { CardPayments } from '../../domain/card-payments.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { PaymentPages } from './parts/payment-pages.js';
import { type PaymentsResponse, PaymentView } from './payment.view.js';

interface PaymentsFilter {
  readonly reservationId: string;
  readonly customerId: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A customer's payments of a reservation, newest first, without their secrets. Throws `ReservationNotFound` and `InvalidCursor`. */
export class PaymentsOfReservation extends Query<PaymentsResponse> {
  constructor(readonly filter: PaymentsFilter) {
    super();
  }
}

@QueryHandler(PaymentsOfReservation)
export class PaymentsOfReservationHandler implements IQueryHandler<PaymentsOfReservation> {
  constructor(
    private readonly pages: PaymentPages,
    private readonly queries: QueryBus,
    private readonly cards: CardPayments,
  ) {}

  async execute({ filter: { reservationId, customerId, limit, cursor } }: PaymentsOfReservation): Promise<PaymentsResponse> {
    const reservation = await this.queries.execute(new PayableReservation(reservationId, customerId));
    if (reservation === null) throw new ReservationNotFound();
    const { publishableKey } = this.cards;
    return this.pages.read({
      filters: [
        ['p.reservation_id = ?', reservationId],
        ['p.customer_id = ?', customerId],
      ],
      limit,
      cursor,
      view: (payment) => PaymentView.of(payment, { clientSecret: null, publishableKey, heldUntil: reservation.heldUntil }),
    });
  }
}
