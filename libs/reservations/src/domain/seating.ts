import type { SeatCategory, Seat } from '@app/contracts/rooms.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import type { PricedSeat } from '@app/contracts/reservations.js';
import { NoSuchSeat, NotOnSale, ShowtimeCancelled, ShowtimeStarted } from './errors.js';

/** What a showtime offers at one version of its terms: seats, prices, start. */
export class Seating {
  constructor(
    readonly showtime: ShowtimeSummary,
    readonly seats: readonly Seat[],
  ) {}

  get startsAt(): Date {
    return new Date(this.showtime.startsAt);
  }

  get endsAt(): Date {
    return new Date(this.showtime.endsAt);
  }

  /** Throws unless seats of this showtime may be held at `now`. */
  assertOnSale(now: Date): void {
    if (this.showtime.status === 'cancelled') throw new ShowtimeCancelled();
    if (now >= this.startsAt) throw new ShowtimeStarted();
    if (this.showtime.salesOpenAt !== null && now < new Date(this.showtime.salesOpenAt)) throw new NotOnSale(this.showtime.salesOpenAt);
  }

  /** These seats at today's prices, in seat order. Throws `NoSuchSeat` naming every label the room lacks. */
  priceSeats(labels: readonly string[]): PricedSeat[] {
    const offered = new Map(this.seats.map((seat) => [seat.label, seat]));
    const unknown = labels.filter((label) => !offered.has(label));
    if (unknown.length > 0) throw new NoSuchSeat(unknown);
    return [...labels].sort(bySeatLabel).map((label) => {
      const { category } = offered.get(label)!;
      return { label, category, price: { amount: this.priceOf(category), currency: this.showtime.currency } };
    });
  }

  private priceOf(category: SeatCategory): number {
    const price = this.showtime.prices[category];
    if (price === undefined) throw new Error(`Showtime ${this.showtime.id} was scheduled without a price for ${category}`);
    return price;
  }
}

/** The one order seats are locked in: as PostgreSQL's "C" collation sorts their labels. */
export function bySeatLabel(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
