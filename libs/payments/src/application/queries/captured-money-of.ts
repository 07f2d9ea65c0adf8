import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { CapturedMoneyOf, type CapturedMoneyView } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly id: string;
  readonly reservationId: string;
  readonly captured: number;
  readonly refunded: number;
  readonly currency: string;
}

/** A refund that failed does not count: its money is still here and can go back in another one. */
@QueryHandler(CapturedMoneyOf)
export class CapturedMoneyOfHandler implements IQueryHandler<CapturedMoneyOf> {
  constructor(private readonly database: Database) {}

  async execute({ paymentIds }: CapturedMoneyOf): Promise<CapturedMoneyView[]> {
    if (paymentIds.length === 0) return [];
    const rows = await this.database.query<Row>(
      `SELECT p.id, p.reservation_id, p.captured, p.captured_currency AS currency,
         (SELECT coalesce(sum(r.amount), 0)::int FROM payments.refunds r WHERE r.payment_id = p.id AND r.status <> 'failed') AS refunded
       FROM payments.payments p WHERE p.id = ANY ($1) AND p.captured > 0`,
      [paymentIds],
    );
    return rows.map(({ id, reservationId, captured, refunded, currency }) => ({
      paymentId: id,
      reservationId,
      captured: { amount: captured, currency },
      refunded: { amount: refunded, currency },
    }));
  }
}
