import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type ReservationRefundView, RefundsOfReservations } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row extends Omit<ReservationRefundView, 'amount'> {
  readonly amount: number;
  readonly currency: string;
}

/** A refund of ours comes before an external one, then the newest. */
@QueryHandler(RefundsOfReservations)
export class RefundsOfReservationsHandler implements IQueryHandler<RefundsOfReservations> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: RefundsOfReservations): Promise<ReservationRefundView[]> {
    if (reservationIds.length === 0) return [];
    const rows = await this.database.query<Row>(
      `SELECT DISTINCT ON (p.reservation_id) p.reservation_id, r.amount, r.currency, r.status, r.reason
       FROM payments.payments p JOIN payments.refunds r ON r.payment_id = p.id
       WHERE p.reservation_id = ANY ($1) ORDER BY p.reservation_id, r.reason = 'external', r.id DESC`,
      [reservationIds],
    );
    return rows.map(({ reservationId, amount, currency, status, reason }) => ({
      reservationId,
      amount: { amount, currency },
      status,
      reason,
    }));
  }
}
