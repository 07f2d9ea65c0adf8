import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { RESERVATION_COLUMNS, type ReservationRow } from './reservation-view.js';

@QueryHandler(PayableReservation)
export class PayableReservationHandler implements IQueryHandler<PayableReservation> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId, customerId }: PayableReservation): Promise<PayableReservationView | null> {
    const [row] = await this.database.query<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE id = $1 AND customer_id = $2`,
      [reservationId, customerId],
    );
    if (row === undefined) return null;
    return {
      id: row.id,
      customerId: row.customerId,
      status: row.status,
      code: row.code,
      total: { amount: row.total, currency: row.currency },
      heldUntil: row.heldUntil.toISOString(),
      due: row.status === 'held' && row.heldUntil <= this.clock.now(),
    };
  }
}
