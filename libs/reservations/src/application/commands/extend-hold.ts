import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

/** Gives the customer more time to pay, once. Throws `ReservationNotFound` and what `Reservation.extend` throws. */
export class ExtendHold extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

@CommandHandler(ExtendHold)
export class ExtendHoldHandler implements ICommandHandler<ExtendHold> {
  constructor(
    private readonly salesStatus: CurrentSalesStatus,
    private readonly policy: BookingPolicy,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId: id }: ExtendHold): Promise<void> {
    await this.salesStatus.changeReservation({ id, customerId }, (reservation, situation) =>
      reservation.extend({ policy: this.policy, ...situation, at: this.clock.now() }),
    );
  }
}
