import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PaymentsSettledBetween, type SettledPaymentView } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { SETTLED_COLUMNS, type SettledRow, viewOfSettled } from './parts/settled-payment-row.js';

/** In the order (settledAt, paymentId), so that a reader can go on from the last one. */
@QueryHandler(PaymentsSettledBetween)
export class PaymentsSettledBetweenHandler implements IQueryHandler<PaymentsSettledBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: PaymentsSettledBetween): Promise<SettledPaymentView[]> {
    const rows = await this.database.query<SettledRow>(
      `SELECT ${SETTLED_COLUMNS} FROM payments.payments p
       WHERE p.settled_at IS NOT NULL AND (p.settled_at, p.id) > ($1, $2) AND p.settled_at <= $3
       ORDER BY p.settled_at, p.id LIMIT $4`,
      [after.settledAt, after.paymentId, until, limit],
    );
    return rows.map(viewOfSettled);
  }
}
