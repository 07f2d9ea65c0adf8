import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { RefundReason } from '@app/contracts/payments.js';
import { type OwedRefundView, RefundsOwedBetween } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly refundDue: number;
  readonly currency: string;
  readonly reason: RefundReason;
  readonly owedAt: Date;
}

/** Each branch reads one more than the page from its index: the row of the position itself is left out after that. */
const OWED = `
  (SELECT payment_id, id AS reservation_id, refund_due + change_refund AS refund_due, currency, refund_reason AS reason, refund_owed_at AS owed_at
   FROM reservations.reservations
   WHERE refund_due > 0 AND (refund_owed_at, payment_id) >= ($1::timestamptz, $2::uuid) AND refund_owed_at <= $4
   ORDER BY refund_owed_at, payment_id LIMIT $5::int + 1)
  UNION ALL
  (SELECT payment_id, id, change_refund, currency, 'seats-changed', change_refund_owed_at
   FROM reservations.reservations
   WHERE change_refund > 0 AND (change_refund_owed_at, payment_id) >= ($1::timestamptz, $2::uuid) AND change_refund_owed_at <= $4
   ORDER BY change_refund_owed_at, payment_id LIMIT $5::int + 1)
  UNION ALL
  (SELECT payment_id, reservation_id, refund_due, refund_currency,
          CASE outcome WHEN 'surplus' THEN 'surplus-payment' ELSE 'payment-came-too-late' END, decided_at
   FROM reservations.payment_outcomes
   WHERE refund_due > 0 AND (decided_at, payment_id) >= ($1::timestamptz, $2::uuid) AND decided_at <= $4
   ORDER BY decided_at, payment_id LIMIT $5::int + 1)`;

@QueryHandler(RefundsOwedBetween)
export class RefundsOwedBetweenHandler implements IQueryHandler<RefundsOwedBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: RefundsOwedBetween): Promise<OwedRefundView[]> {
    const rows = await this.database.query<Row>(
      `SELECT * FROM (${OWED}) owed WHERE (owed_at, payment_id, reason COLLATE "C") > ($1::timestamptz, $2::uuid, $3::text)
       ORDER BY owed_at, payment_id, reason COLLATE "C" LIMIT $5`,
      [after.owedAt, after.paymentId, after.reason, until, limit],
    );
    return rows.map(({ refundDue, currency, owedAt, ...owed }) => ({
      ...owed,
      refundDue: { amount: refundDue, currency },
      owedAt: owedAt.toISOString(),
    }));
  }
}
