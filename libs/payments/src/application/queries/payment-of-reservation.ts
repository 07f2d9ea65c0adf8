import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation } from '@app/contracts/reservations.js';
import { CardPayments } from '../../domain/card-payments.js';
import { PaymentNotFound, ReservationNotFound } from '../../domain/errors.js';
import { PaymentPages } from './parts/payment-pages.js';
import { PaymentView } from './payment.view.js';

interface PaymentKey {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly customerId: string;
}

/** One payment of a customer's reservation, without its secret. Throws `ReservationNotFound` and `PaymentNotFound`. */
export class PaymentOfReservation extends Query<PaymentView> {
  constructor(readonly key: PaymentKey) {
    super();
  }
}

@QueryHandler(PaymentOfReservation)
export class PaymentOfReservationHandler implements IQueryHandler<PaymentOfReservation> {
  constructor(
    private readonly pages: PaymentPages,
    private readonly queries: QueryBus,
    private readonly cards: CardPayments,
  ) {}

  async execute({ key: { paymentId, reservationId, customerId } }: PaymentOfReservation): Promise<PaymentView> {
    const reservation = await this.queries.execute(new PayableReservation(reservationId, customerId));
    if (reservation === null) throw new ReservationNotFound();
    const payment = await this.pages.readOne([
      ['p.id = ?', paymentId],
      ['p.reservation_id = ?', reservationId],
      ['p.customer_id = ?', customerId],
    ]);
    if (payment === null) throw new PaymentNotFound();
    return PaymentView.of(payment, { clientSecret: null, publishableKey: this.cards.publishableKey, heldUntil: reservation.heldUntil });
  }
}
