import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { showtimeSinceHold } from '../../domain/sales-status.js';
import { type ReservationKey, Reservations } from '../../domain/reservations.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

@QueryHandler(PayableReservation)
export class PayableReservationHandler implements IQueryHandler<PayableReservation> {
  constructor(
    private readonly reservations: Reservations,
    private readonly salesStatus: CurrentSalesStatus,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId: id, customerId, isLocked }: PayableReservation): Promise<PayableReservationView | null> {
    try {
      return await this.view({ id, customerId }, { isLocked });
    } catch (error) {
      if (error instanceof ReservationNotFound) return null;
      throw error;
    }
  }

  private async view(key: ReservationKey, { isLocked }: { isLocked: boolean }): Promise<PayableReservationView> {
    const { reservation, situation } = await (isLocked ? this.reservations.readLocked(key) : this.salesStatus.readReservation(key));
    const { id, customerId, status, code, total, currency, heldUntil, showtimeVersion } = reservation.state;
    return {
      id,
      customerId,
      status,
      code,
      total: { amount: total, currency },
      heldUntil: heldUntil.toISOString(),
      due: status === 'held' && heldUntil <= this.clock.now(),
      showtime: showtimeSinceHold(showtimeVersion, situation.salesStatus),
    };
  }
}
