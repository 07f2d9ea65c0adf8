import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

/** Cancels the customer's own reservation and refunds by the policy. Throws `ReservationNotFound` and what `Reservation.cancel` throws. */
export class CancelReservation extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

@CommandHandler(CancelReservation)
export class CancelReservationHandler implements ICommandHandler<CancelReservation> {
  constructor(
    private readonly salesStatus: CurrentSalesStatus,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId: id }: CancelReservation): Promise<void> {
    await this.salesStatus.changeReservation({ id, customerId }, (reservation, situation) =>
      reservation.cancel({ by: 'customer', refund: 'policy', reason: null, ...situation, at: this.clock.now() }),
    );
  }
}
