import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { Reservations } from '../../domain/reservations.js';

/** Gives the customer more time to pay, once. Throws `ReservationNotFound`, `HoldExpired`, `NotHeld` or `AlreadyExtended`. */
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
    private readonly reservations: Reservations,
    private readonly policy: BookingPolicy,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId: id }: ExtendHold): Promise<void> {
    await this.reservations.change({ id, customerId }, (reservation) => reservation.extend({ policy: this.policy, at: this.clock.now() }));
  }
}
