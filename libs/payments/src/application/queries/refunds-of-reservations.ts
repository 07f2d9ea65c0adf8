import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { APART_REFUND_REASONS } from '@app/contracts/owed-refunds.js';
import { type ReservationRefundView, RefundsOfReservations } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { GONE } from './parts/money-gone.js';

/** What is owed is at no position, and comes before them. */
const APART = `ARRAY[${APART_REFUND_REASONS.map((reason) => `'${reason}'`).join(', ')}]::text[]`;

/** A refund that a person must look at. */
const WAITS = `r.status = 'failed' AND r.paid_out_at IS NULL`;

/** Where Stripe's last word is that it failed, what the staff paid out. */
const SHOWN_AMOUNT = `CASE WHEN r.status = 'failed' THEN coalesce(r.paid_out_amount, r.amount) ELSE r.amount END`;

interface Row extends Omit<ReservationRefundView, 'amount' | 'paidOutAt'> {
  readonly kind: number;
  readonly newest: string;
  readonly paidOutAt: Date | null;
  readonly amount: number;
  readonly currency: string;
}

/**
 * What is owed of a payment is summed up, because it may go back in several refunds. A sum is as far as the refund that has come least far; one that
 * failed and was paid out by the staff waits for nothing.
 * What is owed stands for goodwill, goodwill for external refunds. A refund that failed counts as far as its retry would give it back: what went back
 * in others, or was lost in a dispute, is left out.
 */
@QueryHandler(RefundsOfReservations)
export class RefundsOfReservationsHandler implements IQueryHandler<RefundsOfReservations> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: RefundsOfReservations): Promise<ReservationRefundView[]> {
    const rows = await this.database.byKeys<Row>(
      `SELECT asked.reservation_id, refund.*
       FROM unnest($1::uuid[]) AS asked (reservation_id) CROSS JOIN LATERAL (
         SELECT DISTINCT ON (p.id) p.id AS payment_id, k.kind,
           (CASE WHEN bool_or(${WAITS})
              THEN least(sum(k.amount), coalesce(sum(k.amount) FILTER (WHERE NOT (${WAITS})), 0) + p.captured - ${GONE})
              ELSE sum(k.amount) END)::bigint AS amount,
           min(r.currency) AS currency,
           CASE WHEN bool_or(${WAITS}) THEN 'failed' WHEN bool_or(r.status = 'requested') THEN 'requested'
             WHEN bool_or(r.status = 'submitted') THEN 'submitted' WHEN bool_or(r.status = 'failed') THEN 'failed' ELSE 'succeeded' END AS status,
           CASE WHEN NOT bool_or(${WAITS}) THEN max(r.paid_out_at) END AS paid_out_at,
           (array_agg(r.reason ORDER BY r.id DESC))[1] AS reason, (array_agg(r.id ORDER BY r.id DESC))[1] AS newest
         FROM payments.payments p JOIN payments.refunds r ON r.payment_id = p.id
           CROSS JOIN LATERAL (SELECT coalesce(array_position(${APART}, r.reason), 0) AS kind, ${SHOWN_AMOUNT} AS amount) k
         WHERE p.reservation_id = asked.reservation_id AND (NOT (${WAITS}) OR p.captured > ${GONE})
         GROUP BY p.id, k.kind ORDER BY p.id, k.kind) AS refund`,
      reservationIds,
      'reservationId',
    );
    const inOrder = rows.toSorted((a, b) => a.kind - b.kind || (a.newest < b.newest ? 1 : -1));
    return inOrder.map(({ reservationId, paymentId, amount, currency, status, reason, paidOutAt }) => ({
      ...{ reservationId, paymentId, status, reason },
      amount: { amount, currency },
      paidOutAt: paidOutAt?.toISOString() ?? null,
    }));
  }
}
