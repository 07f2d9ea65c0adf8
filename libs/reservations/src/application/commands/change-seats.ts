import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { LimitReached, SeatingOutdated, SeatsTaken } from '../../domain/errors.js';
import { Reservations } from '../../domain/reservations.js';
import { Seatings } from '../../domain/seatings.js';
import { strictest } from '../../domain/situations.js';
import { HoldExpiry } from '../hold-expiry.js';
import { CurrentSalesStatus } from '../current-sales-status.js';
import { Sellers } from '../sellers.js';

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
    private readonly expiry: HoldExpiry,
    private readonly sellers: Sellers,
  ) {}

  async execute({ customerId, reservationId: id, seats }: ChangeSeats): Promise<void> {
    const { reservation } = await this.reservations.read({ id, customerId });
    const { showtimeId } = reservation.state;
    const change = { id, customerId, showtimeId, seats };
    try {
      await this.changeOnceMore(change, { isSale: false });
    } catch (error) {
      if (!(await this.sellers.mayExceed(error, customerId))) throw error;
      await this.changeOnceMore(change, { isSale: true });
    }
  }

  /** Once more after what was in the way is gone. */
  private async changeOnceMore(change: Change, options: { isSale: boolean }): Promise<void> {
    try {
      await this.change(change, options);
    } catch (error) {
      if (!(await this.canRetryAfter(error, change))) throw error;
      await this.change(change, options);
    }
  }

  private async change(change: Change, { isSale }: { isSale: boolean }): Promise<void> {
    const { showtimeId, seats } = change;
    const seating = await this.seatings.of(showtimeId);
    const currentSalesStatus = await this.salesStatus.of(showtimeId);
    const now = this.clock.now();
    await this.reservations.changeSeats({ ...change, now }, (reservation, seen) => {
      const situation = { ...seen, salesStatus: strictest(seen.salesStatus, currentSalesStatus) };
      reservation.changeSeats({ seats, seating, situation, isSale, at: now });
    });
  }

  /** As for a hold: what a hold past its time has in the way is expired first. */
  private async canRetryAfter(error: unknown, own: { showtimeId: string; customerId: string; seats: readonly string[] }): Promise<boolean> {
    const { showtimeId, customerId, seats } = own;
    if (error instanceof SeatingOutdated) return true;
    if (!(error instanceof SeatsTaken || error instanceof LimitReached) || !error.blockedByExpiredHold) return false;
    await this.expiry.expire(error instanceof SeatsTaken ? { showtimeId, seats } : { showtimeId, customerId });
    return true;
  }
}
