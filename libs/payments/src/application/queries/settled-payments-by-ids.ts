import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { SettledPaymentsByIds, type SettledPaymentView } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { SETTLED_COLUMNS, type SettledRow, viewOfSettled } from './parts/settled-payment-row.js';

@QueryHandler(SettledPaymentsByIds)
export class SettledPaymentsByIdsHandler implements IQueryHandler<SettledPaymentsByIds> {
  constructor(private readonly database: Database) {}

  async execute({ paymentIds }: SettledPaymentsByIds): Promise<SettledPaymentView[]> {
    const rows = await this.database.prepared<SettledRow>(
      `SELECT ${SETTLED_COLUMNS} FROM payments.payments p WHERE p.id = ANY ($1) AND p.settled_at IS NOT NULL`,
      [paymentIds],
    );
    return rows.map(viewOfSettled);
  }
}
