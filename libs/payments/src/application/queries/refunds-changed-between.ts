import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type ChangedRefundView, RefundsChangedBetween } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly id: string;
  readonly paymentId: string;
  readonly reservationId: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: ChangedRefundView['status'];
  readonly changedAt: Date;
}

@QueryHandler(RefundsChangedBetween)
export class RefundsChangedBetweenHandler implements IQueryHandler<RefundsChangedBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: RefundsChangedBetween): Promise<ChangedRefundView[]> {
    const rows = await this.database.query<Row>(
      `SELECT r.id, p.id AS payment_id, p.reservation_id, r.amount, r.currency, r.status, r.changed_at
       FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id
       WHERE r.status IN ('submitted', 'succeeded') AND (r.changed_at, r.id) > ($1::timestamptz, $2::uuid) AND r.changed_at <= $3
       ORDER BY r.changed_at, r.id LIMIT $4`,
      [after.changedAt, after.refundId, until, limit],
    );
    return rows.map(({ id: refundId, amount, currency, changedAt, ...row }) => ({
      ...row,
      refundId,
      amount: { amount, currency },
      changedAt: changedAt.toISOString(),
    }));
  }
}
