import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { addMs } from '@app/kernel/instants.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { Reservations } from '../../domain/reservations.js';
import { OPEN_SALES, strictestSalesStatus } from '../../domain/sales-status.js';
import { ShowtimeComparison } from '../showtime-comparison.js';

const BATCH_SIZE = 100;
/** Eight workers that begin at the same moment find mostly different reservations of so many. */
const CANDIDATE_COUNT = 8 * BATCH_SIZE;

/** Completes a batch of confirmed reservations whose showtime took place. Returns how many. */
export class CompleteReservations extends Command<number> {}

@CommandHandler(CompleteReservations)
export class CompleteReservationsHandler implements ICommandHandler<CompleteReservations> {
  constructor(
    private readonly reservations: Reservations,
    private readonly policy: BookingPolicy,
    private readonly clock: Clock,
    private readonly comparison: ShowtimeComparison,
  ) {}

  async execute(): Promise<number> {
    const at = this.clock.now();
    const endedBy = addMs(at, -this.policy.completeAfterEndMs);
    const ended = await this.reservations.endedButNotCompleted({ endedBy, limit: BATCH_SIZE, candidateCount: CANDIDATE_COUNT });
    if (ended.length === 0) return 0;
    // Asked before: a cancelled showtime did not take place, and its message may be late.
    const knownStatuses = await this.comparison.compare([...new Set(ended.map(({ showtimeId }) => showtimeId))]);
    return this.reservations.changeSkippingLocked(
      ended.map(({ id }) => id),
      (reservation, situation) => {
        const salesStatus = strictestSalesStatus(situation.salesStatus, knownStatuses.get(reservation.state.showtimeId) ?? OPEN_SALES);
        reservation.complete({ policy: this.policy, salesStatus, at });
      },
    );
  }
}
