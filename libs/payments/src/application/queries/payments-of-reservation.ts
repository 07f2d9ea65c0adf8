import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation } from '@app/contracts/reservations.js';
import { CardPayments } from '../../domain/card-payments.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { PaymentRows } from './payment-rows.js';
import { type PaymentView, viewOfPayment } from './payment-view.js';

/** What a customer ever tried to pay a reservation with, newest first, one more than `limit` when there are more. Secrets are left out. */
export class PaymentsOfReservation extends Query<PaymentView[]> {
  constructor(
    readonly reservationId: string,
    readonly customerId: string,
    /** Only payments begun before this one. */
    readonly before: string | null,
    readonly limit: number,
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

  async execute({ reservationId, customerId, before, limit }: PaymentsOfReservation): Promise<PaymentView[]> {
    const reservation = await this.queries.execute(new PayableReservation(reservationId, customerId));
    if (reservation === null) throw new ReservationNotFound();
    const payments = await this.payments.select(
      'p.reservation_id = $1 AND p.customer_id = $2 AND ($3::uuid IS NULL OR p.id < $3) ORDER BY p.id DESC LIMIT $4',
      [reservationId, customerId, before, limit + 1],
    );
    const forTheCustomer = { clientSecret: null, publishableKey: this.cards.publishableKey, heldUntil: reservation.heldUntil };
    return payments.map((payment) => viewOfPayment(payment, forTheCustomer));
  }
}
