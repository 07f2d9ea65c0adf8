import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Reservations } from '../../domain/reservations.js';

/** The owner gives the seats back; money goes back by the policy snapshotted with the hold. */
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
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId }: CancelReservation): Promise<void> {
    await this.reservations.changeOwn(customerId, reservationId, (reservation) =>
      reservation.cancel('customer', 'policy', null, this.clock.now()),
    );
  }
}
