import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { BookingTerms } from '../../domain/booking-terms.js';
import { Reservations } from '../../domain/reservations.js';

const BATCH = 100;

/** Closes confirmed reservations of shows that are over, a batch a call. Answers how many. */
export class CompleteReservations extends Command<number> {}

@CommandHandler(CompleteReservations)
export class CompleteReservationsHandler implements ICommandHandler<CompleteReservations> {
  constructor(
    private readonly reservations: Reservations,
    private readonly terms: BookingTerms,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    const ids = await this.reservations.watched(new Date(now.getTime() - this.terms.completeAfterEnd), BATCH);
    if (ids.length === 0) return 0;
    return this.reservations.changeFree(ids, (reservation) => reservation.complete(this.terms, now));
  }
}
