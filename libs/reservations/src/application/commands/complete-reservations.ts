import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { Reservations } from '../../domain/reservations.js';

const BATCH = 100;

/** Closes confirmed reservations of shows that are over, a batch a call. Answers how many. */
export class CompleteReservations extends Command<number> {}

@CommandHandler(CompleteReservations)
export class CompleteReservationsHandler implements ICommandHandler<CompleteReservations> {
  constructor(
    private readonly reservations: Reservations,
    private readonly terms: BookingPolicy,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    const ids = await this.reservations.endedButNotCompleted(new Date(now.getTime() - this.terms.completeAfterEndMs), BATCH);
    if (ids.length === 0) return 0;
    return this.reservations.changeSkippingLocked(ids, (reservation) => reservation.complete(this.terms, now));
  }
}
