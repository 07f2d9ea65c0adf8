import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation } from '@app/contracts/reservations.js';
import { CardPayments } from '../../domain/card-payments.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { PaymentRows } from './payment-rows.js';
import { type PaymentView, viewOfPayment } from './payment-view.js';

/** What a customer ever tried to pay a reservation with, newest first; client secrets are only given where a payment is asked for. */
export class PaymentsOfReservation extends Query<PaymentView[]> {
  constructor(
    readonly reservationId: string,
    readonly customerId: string,
  ) {
    super();
  }
}

@QueryHandler(PaymentsOfReservation)
export class PaymentsOfReservationHandler implements IQueryHandler<PaymentsOfReservation> {
  constructor(
    private readonly payments: PaymentRows,
    private readonly queries: QueryBus,
    private readonly cards: CardPayments,
  ) {}

  async execute({ reservationId, customerId }: PaymentsOfReservation): Promise<PaymentView[]> {
    const reservation = await this.queries.execute(new PayableReservation(reservationId, customerId));
    if (reservation === null) throw new ReservationNotFound();
    const payments = await this.payments.select('p.reservation_id = $1 AND p.customer_id = $2 ORDER BY p.id DESC', [
      reservationId,
      customerId,
    ]);
    const forTheCustomer = { clientSecret: null, publishableKey: this.cards.publishableKey, heldUntil: reservation.heldUntil };
    return payments.map((payment) => viewOfPayment(payment, forTheCustomer));
  }
}
