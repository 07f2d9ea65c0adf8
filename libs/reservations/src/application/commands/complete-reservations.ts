import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { Reservations } from '../../domain/reservations.js';

const BATCH = 100;

/** Completes a batch of confirmed reservations whose showtime is over. Returns how many. */
export class CompleteReservations extends Command<number> {}

@CommandHandler(CompleteReservations)
export class CompleteReservationsHandler implements ICommandHandler<CompleteReservations> {
  constructor(
    private readonly reservations: Reservations,
    private readonly policy: BookingPolicy,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const at = this.clock.now();
    const endedBy = new Date(at.getTime() - this.policy.completeAfterEndMs);
    const ids = await this.reservations.endedButNotCompleted({ endedBy, limit: BATCH });
    return this.reservations.changeSkippingLocked(ids, (reservation) => reservation.complete({ policy: this.policy, at }));
  }
}
