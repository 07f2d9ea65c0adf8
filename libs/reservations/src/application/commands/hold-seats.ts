import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { newBookingCode } from '../../domain/booking-code.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { unpaidHoldsAfter } from '../../domain/hold-limits.js';
import { Reservation } from '../../domain/reservation.js';
import { Reservations } from '../../domain/reservations.js';
import { Seatings } from '../../domain/seatings.js';
import { HoldRetries } from '../hold-retries.js';
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
    private readonly retries: HoldRetries,
  ) {}

  async execute(command: HoldSeats): Promise<ReservationView> {
    return this.retries.run(command, (options) => this.hold(command, options));
  }

  private async hold({ customerId, showtimeId, seats }: HoldSeats, { isSale }: { isSale: boolean }): Promise<ReservationView> {
    const seating = await this.seatings.withNames(showtimeId);
    const now = this.clock.now();
    const since = unpaidHoldsAfter(this.policy, now);
    const request = { showtimeId: seating.showtime.id, customerId, seats, now, ...(since !== undefined && { unpaidHoldsAfter: since }) };
    return this.reservations.hold(request, {
      decide: (situation) =>
        Reservation.hold({
          ...request,
          id: newId(),
          code: newBookingCode(),
          seating,
          policy: this.policy,
          isSale,
          situation,
          now: this.clock.now(),
        }),
      answer: ({ state }) => reservationView(state, { showtime: seating.showtime, refund: null, now: this.clock.now() }),
    });
  }
}
