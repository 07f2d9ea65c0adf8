import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { Reservations } from '../../domain/reservations.js';

/** More time to pay, once. */
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
    private readonly terms: BookingPolicy,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId }: ExtendHold): Promise<void> {
    await this.reservations.changeOwn(customerId, reservationId, (reservation) => reservation.extend(this.terms, this.clock.now()));
  }
}
