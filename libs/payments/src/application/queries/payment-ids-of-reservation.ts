import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PaymentIdsOfReservation } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly paymentId: string;
  readonly refundIds: string[];
}

@QueryHandler(PaymentIdsOfReservation)
export class PaymentIdsOfReservationHandler implements IQueryHandler<PaymentIdsOfReservation> {
  constructor(private readonly database: Database) {}

  async execute({ reservationId, limit }: PaymentIdsOfReservation): Promise<Row[]> {
    return this.database.query<Row>(
      `SELECT p.id AS payment_id, ARRAY(SELECT r.id FROM payments.refunds r WHERE r.payment_id = p.id ORDER BY r.id) AS refund_ids
       FROM payments.payments p WHERE p.reservation_id = $1 ORDER BY p.id LIMIT $2`,
      [reservationId, limit],
    );
  }
}
