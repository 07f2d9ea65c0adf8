import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { reservedShowtime } from '../../domain/situations.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

@QueryHandler(PayableReservation)
export class PayableReservationHandler implements IQueryHandler<PayableReservation> {
  constructor(
    private readonly salesStatus: CurrentSalesStatus,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId, customerId }: PayableReservation): Promise<PayableReservationView | null> {
    try {
      return await this.view(reservationId, customerId);
    } catch (error) {
      if (error instanceof ReservationNotFound) return null;
      throw error;
    }
  }

  private async view(id: string, customerId: string): Promise<PayableReservationView> {
    const { reservation, situation } = await this.salesStatus.readReservation({ id, customerId });
    const { status, code, total, currency, heldUntil, showtimeVersion } = reservation.state;
    return {
      id,
      customerId,
      status,
      code,
      total: { amount: total, currency },
      heldUntil: heldUntil.toISOString(),
      due: status === 'held' && heldUntil <= this.clock.now(),
      showtime: reservedShowtime(showtimeVersion, situation.salesStatus),
    };
  }
}
