import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Reservations } from '../../domain/reservations.js';
import { Seatings } from '../../domain/seatings.js';
import { strictestSalesStatus } from '../../domain/sales-status.js';
import { CurrentSalesStatus } from '../current-sales-status.js';
import { HoldRetries } from '../hold-retries.js';

interface Change {
  readonly id: string;
  readonly customerId: string;
  readonly showtimeId: string;
  readonly seats: readonly string[];
}

/** Gives the customer other seats of the same showtime: all of them or none. Throws `ReservationNotFound` and what `Reservation.changeSeats` throws. */
export class ChangeSeats extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
    readonly seats: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(ChangeSeats)
export class ChangeSeatsHandler implements ICommandHandler<ChangeSeats> {
  constructor(
    private readonly reservations: Reservations,
    private readonly seatings: Seatings,
    private readonly salesStatus: CurrentSalesStatus,
    private readonly clock: Clock,
    private readonly retries: HoldRetries,
  ) {}

  async execute({ customerId, reservationId: id, seats }: ChangeSeats): Promise<void> {
    const { reservation } = await this.reservations.read({ id, customerId });
    const { showtimeId } = reservation.state;
    const change = { id, customerId, showtimeId, seats };
    await this.retries.run(change, (options) => this.change(change, options));
  }

  private async change(change: Change, { isSale }: { isSale: boolean }): Promise<void> {
    const { showtimeId, seats } = change;
    const seating = await this.seatings.of(showtimeId);
    const currentSalesStatus = await this.salesStatus.of(showtimeId);
    const now = this.clock.now();
    await this.reservations.changeSeats({ ...change, now }, (reservation, seen) => {
      const situation = { ...seen, salesStatus: strictestSalesStatus(seen.salesStatus, currentSalesStatus) };
      reservation.changeSeats({ seats, seating, situation, isSale, at: now });
    });
  }
}
