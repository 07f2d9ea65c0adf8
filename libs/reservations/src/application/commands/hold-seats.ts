import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { newBookingCode } from '../../domain/booking-code.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { BookingCodeTaken, LimitReached, SeatingOutdated, SeatsTaken, TooManyHoldsInAll } from '../../domain/errors.js';
import { Reservation } from '../../domain/reservation.js';
import { Reservations } from '../../domain/reservations.js';
import { Seatings } from '../../domain/seatings.js';
import { HoldExpiry } from '../hold-expiry.js';
import { Sellers } from '../sellers.js';
import { type ReservationView, reservationView } from '../queries/reservation.view.js';

/** Holds seats for a customer: all of them or none. Throws `ShowtimeNotFound` and what `Reservation.hold` throws. */
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
    private readonly policy: BookingPolicy,
    private readonly clock: Clock,
    private readonly expiry: HoldExpiry,
    private readonly sellers: Sellers,
  ) {}

  async execute(command: HoldSeats): Promise<ReservationView> {
    try {
      return await this.holdOnceMore(command, { isSale: false });
    } catch (error) {
      if (!(await this.sellers.mayExceed(error, command.customerId))) throw error;
      return this.holdOnceMore(command, { isSale: true });
    }
  }

  /** Once more after what was in the way is gone. */
  private async holdOnceMore(command: HoldSeats, options: { isSale: boolean }): Promise<ReservationView> {
    try {
      return await this.hold(command, options);
    } catch (error) {
      if (!(await this.canRetryAfter(error, command))) throw error;
      return this.hold(command, options);
    }
  }

  private async hold({ customerId, showtimeId, seats }: HoldSeats, { isSale }: { isSale: boolean }): Promise<ReservationView> {
    const seating = await this.seatings.of(showtimeId);
    const request = { showtimeId: seating.showtime.id, customerId, seats, now: this.clock.now() };
    return this.reservations.hold(request, {
      decide: (situation) =>
        Reservation.hold({ ...request, id: newId(), code: newBookingCode(), seating, policy: this.policy, isSale, situation }),
      answer: ({ state }) => reservationView(state, { showtime: seating.showtime, refund: null, now: this.clock.now() }),
    });
  }

  private async canRetryAfter(error: unknown, { customerId, showtimeId, seats }: HoldSeats): Promise<boolean> {
    if (error instanceof SeatingOutdated || error instanceof BookingCodeTaken) return true;
    if (!(error instanceof SeatsTaken || error instanceof LimitReached) || !error.blockedByExpiredHold) return false;
    if (error instanceof SeatsTaken) await this.expiry.expire({ showtimeId, seats });
    else await this.expiry.expire(error instanceof TooManyHoldsInAll ? { customerId } : { showtimeId, customerId });
    // Also where nothing was expired here: the schedule may have done it first.
    return true;
  }
}
