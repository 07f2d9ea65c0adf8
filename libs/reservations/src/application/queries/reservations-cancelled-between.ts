import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type CancelledReservationView, ReservationsCancelledBetween } from '@app/contracts/reservation-accounts.js';
import type { CancelledBy } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';
import type { EndReason } from '../../domain/reservation-state.js';

interface Row {
  readonly reservationId: string;
  readonly customerId: string;
  readonly paymentId: string | null;
  readonly endedAt: Date;
  readonly endReason: EndReason | null;
  readonly refundDue: number | null;
  readonly currency: string;
}

const BY: Readonly<Partial<Record<EndReason, CancelledBy>>> = { 'cancelled-by-customer': 'customer', 'cancelled-by-admin': 'admin' };

@QueryHandler(ReservationsCancelledBetween)
export class ReservationsCancelledBetweenHandler implements IQueryHandler<ReservationsCancelledBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: ReservationsCancelledBetween): Promise<CancelledReservationView[]> {
    const rows = await this.database.query<Row>(
      `SELECT id AS reservation_id, customer_id, payment_id, ended_at, end_reason, refund_due, currency FROM reservations.reservations
       WHERE status = 'cancelled' AND (ended_at, id) > ($1::timestamptz, $2::uuid) AND ended_at <= $3 ORDER BY ended_at, id LIMIT $4`,
      [after.cancelledAt, after.reservationId, until, limit],
    );
    return rows.map(({ endedAt, endReason, refundDue, currency, ...row }) => ({
      ...row,
      cancelledAt: endedAt.toISOString(),
      by: (endReason === null ? undefined : BY[endReason]) ?? 'cinema',
      refundDue: refundDue === null ? null : { amount: refundDue, currency },
    }));
  }
}
