import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { SettledPaymentsOf, type SettledPaymentView } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { SETTLED_COLUMNS, type SettledRow, viewOfSettled } from './settled-payment-row.js';

/** A payment with a refund of ours does not count, even before Stripe has made the refund. */
@QueryHandler(SettledPaymentsOf)
export class SettledPaymentsOfHandler implements IQueryHandler<SettledPaymentsOf> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: SettledPaymentsOf): Promise<SettledPaymentView[]> {
    if (reservationIds.length === 0) return [];
    const rows = await this.database.query<SettledRow>(
      `SELECT ${SETTLED_COLUMNS} FROM payments.payments p
       WHERE p.reservation_id = ANY ($1) AND p.settled_at IS NOT NULL AND p.refunded = 0
         AND NOT EXISTS (SELECT FROM payments.refunds r WHERE r.payment_id = p.id AND r.reason <> 'external')
       ORDER BY p.settled_at, p.id`,
      [reservationIds],
    );
    return rows.map(viewOfSettled);
  }
}
