import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import type { ReservationState } from '../../domain/reservation-state.js';

type Row = Pick<ReservationState, 'id' | 'customerId' | 'status' | 'code' | 'total' | 'currency' | 'heldUntil'>;

@QueryHandler(PayableReservation)
export class PayableReservationHandler implements IQueryHandler<PayableReservation> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId, customerId }: PayableReservation): Promise<PayableReservationView | null> {
    const [row] = await this.database.query<Row>(
      `SELECT id, customer_id, status, code, total, currency, held_until FROM reservations.reservations WHERE id = $1 AND customer_id = $2`,
      [reservationId, customerId],
    );
    if (row === undefined) return null;
    const { total, currency, heldUntil, ...reservation } = row;
    return {
      ...reservation,
      total: { amount: total, currency },
      heldUntil: heldUntil.toISOString(),
      due: reservation.status === 'held' && heldUntil <= this.clock.now(),
    };
  }
}
