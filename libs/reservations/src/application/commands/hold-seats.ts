import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { newBookingCode } from '../../domain/booking-code.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { BookingCodeTaken, LimitReached, SeatingOutdated, SeatsTaken } from '../../domain/errors.js';
import { Reservation } from '../../domain/reservation.js';
import { Reservations } from '../../domain/reservations.js';
import { Seatings } from '../../domain/seatings.js';
import { HoldExpiry } from '../hold-expiry.js';
import { type ReservationView, viewOfReservation } from '../queries/reservation-view.js';

/** Seats become the customer's until the hold ends: all of them or none. */
export class HoldSeats extends Command<ReservationView> {
  constructor(
    readonly customerId: string,
    readonly showtimeId: string,
    readonly seats: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(HoldSeats)
export class HoldSeatsHandler implements ICommandHandler<HoldSeats> {
  constructor(
    private readonly seatings: Seatings,
    private readonly reservations: Reservations,
    private readonly terms: BookingPolicy,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly expiry: HoldExpiry,
  ) {}

  async execute(command: HoldSeats): Promise<ReservationView> {
    try {
      return await this.hold(command);
    } catch (refusal) {
      if (!(await this.mayHelpToRepeat(command, refusal))) throw refusal;
      return this.hold(command);
    }
  }

  private async hold({ customerId, showtimeId, seats }: HoldSeats): Promise<ReservationView> {
    const seating = await this.seatings.of(showtimeId);
    return this.database.once(async () => {
      const reservation = Reservation.hold({
        id: newId(),
        code: newBookingCode(),
        customerId,
        seating,
        seats,
        terms: this.terms,
        now: this.clock.now(),
      });
      await this.reservations.add(reservation);
      return viewOfReservation(reservation.state, seating.showtime, null);
    });
  }

  /** What stands in the way may be a hold past its time that nobody swept yet, or terms that have just changed. */
  private async mayHelpToRepeat({ customerId, showtimeId, seats }: HoldSeats, refusal: unknown): Promise<boolean> {
    if (refusal instanceof SeatingOutdated || refusal instanceof BookingCodeTaken) return true;
    if (!(refusal instanceof SeatsTaken || refusal instanceof LimitReached) || !refusal.blockedByExpiredHold) return false;
    // Even where this sweep finds nothing: another one may have been faster.
    await this.expiry.expire(refusal instanceof SeatsTaken ? { showtimeId, seats } : { showtimeId, customerId });
    return true;
  }
}
