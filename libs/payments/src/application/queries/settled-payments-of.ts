import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { APART_REFUND_REASONS } from '@app/contracts/owed-refunds.js';
import { SettledPaymentsOf, type SettledPaymentView } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { SETTLED_COLUMNS, type SettledRow, viewOfSettled } from './parts/settled-payment-row.js';

/**
 * A payment with a refund that is owed does not count, even before Stripe has made the refund: its outcome is decided. What a clerk or Stripe's dashboard
 * gave back may be of a payment that reservations does not know yet.
 */
@QueryHandler(SettledPaymentsOf)
export class SettledPaymentsOfHandler implements IQueryHandler<SettledPaymentsOf> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: SettledPaymentsOf): Promise<SettledPaymentView[]> {
    if (reservationIds.length === 0) return [];
    const rows = await this.database.query<SettledRow>(
      `SELECT ${SETTLED_COLUMNS} FROM payments.payments p
       WHERE p.reservation_id = ANY ($1) AND p.settled_at IS NOT NULL
         AND NOT EXISTS (SELECT FROM payments.refunds r WHERE r.payment_id = p.id AND r.reason <> ALL ($2))
       ORDER BY p.settled_at, p.id`,
      [reservationIds, APART_REFUND_REASONS],
    );
    return rows.map(viewOfSettled);
  }
}
