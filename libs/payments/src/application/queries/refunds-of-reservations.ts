import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { APART_REFUND_REASONS } from '@app/contracts/owed-refunds.js';
import { type ReservationRefundView, RefundsOfReservations } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { GONE } from './parts/money-gone.js';

/** What is owed is at no position, and comes before them. */
const APART = `ARRAY[${APART_REFUND_REASONS.map((reason) => `'${reason}'`).join(', ')}]::text[]`;

interface Row extends Omit<ReservationRefundView, 'amount'> {
  readonly amount: number;
  readonly currency: string;
}

/**
 * What is owed of a payment is summed up, because it may go back in several refunds. A sum is as far as the refund that has come least far.
 * What is owed comes before goodwill, goodwill before external refunds, then the newest. A refund that failed because its money went back in others,
 * or was lost in a dispute, is left out.
 */
@QueryHandler(RefundsOfReservations)
export class RefundsOfReservationsHandler implements IQueryHandler<RefundsOfReservations> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: RefundsOfReservations): Promise<ReservationRefundView[]> {
    const rows = await this.database.byKeys<Row>(
      `SELECT asked.reservation_id, refund.amount, refund.currency, refund.status, refund.reason
       FROM unnest($1::uuid[]) AS asked (reservation_id) CROSS JOIN LATERAL (
         SELECT k.kind, sum(r.amount)::bigint AS amount, min(r.currency) AS currency,
           CASE WHEN bool_or(r.status = 'failed') THEN 'failed' WHEN bool_or(r.status = 'requested') THEN 'requested'
             WHEN bool_or(r.status = 'submitted') THEN 'submitted' ELSE 'succeeded' END AS status,
           (array_agg(r.reason ORDER BY r.id DESC))[1] AS reason, (array_agg(r.id ORDER BY r.id DESC))[1] AS newest
         FROM payments.payments p JOIN payments.refunds r ON r.payment_id = p.id
           CROSS JOIN LATERAL (SELECT coalesce(array_position(${APART}, r.reason), 0) AS kind) k
         WHERE p.reservation_id = asked.reservation_id AND (r.status <> 'failed' OR p.captured > ${GONE})
         GROUP BY p.id, k.kind ORDER BY k.kind, newest DESC LIMIT 1) AS refund`,
      reservationIds,
      'reservationId',
    );
    return rows.map(({ reservationId, amount, currency, status, reason }) => ({
      reservationId,
      amount: { amount, currency },
      status,
      reason,
    }));
  }
}
