import type { PricedSeat } from '@app/contracts/reservations.js';
import type { Seat, SeatCategory, SeatGrid } from '@app/contracts/rooms.js';
import type { ShowtimeTerms } from '@app/contracts/showtimes.js';
import { NoSuchSeat, NotOnSale, ShowtimeCancelled, ShowtimeStarted } from './errors.js';

/** A room's seats are the same list for all who ask: its labels are indexed once. */
const seatsByLabel = new WeakMap<readonly Seat[], ReadonlyMap<string, Seat>>();

/** What a showtime offers at one version of its terms: seats, prices, times. */
export class Seating<Showtime extends ShowtimeTerms = ShowtimeTerms> {
  constructor(
    readonly showtime: Showtime,
    readonly seats: readonly Seat[],
    readonly grid: SeatGrid,
  ) {}

  get startsAt(): Date {
    return new Date(this.showtime.startsAt);
  }

  get endsAt(): Date {
    return new Date(this.showtime.endsAt);
  }

  /** Throws `ShowtimeCancelled`, `ShowtimeStarted` or `NotOnSale`. */
  assertOnSale(now: Date): void {
    const { status, salesOpenAt } = this.showtime;
    if (status === 'cancelled') throw new ShowtimeCancelled();
    if (now >= this.startsAt) throw new ShowtimeStarted();
    if (salesOpenAt !== null && now < new Date(salesOpenAt)) throw new NotOnSale(salesOpenAt);
  }

  /** Undefined: the room has no such seat. */
  seatAt(label: string): Seat | undefined {
    let known = seatsByLabel.get(this.seats);
    if (known === undefined) {
      known = new Map(this.seats.map((seat) => [seat.label, seat]));
      seatsByLabel.set(this.seats, known);
    }
    return known.get(label);
  }

  /** These seats with their prices, sorted by label. Throws `NoSuchSeat`, which names every unknown label. */
  priceSeats(labels: readonly string[]): PricedSeat[] {
    const unknown = labels.filter((label) => this.seatAt(label) === undefined);
    if (unknown.length > 0) throw new NoSuchSeat(unknown);
    return [...labels].sort(bySeatLabel).map((label) => {
      const { category } = this.seatAt(label)!;
      return { label, category, price: { amount: this.priceOf(category), currency: this.showtime.currency } };
    });
  }

  private priceOf(category: SeatCategory): number {
    const price = this.showtime.prices[category];
    if (price === undefined) throw new Error(`Showtime ${this.showtime.id} has no price for ${category}`);
    return price;
  }
}

/** The order in which seats are claimed: that of PostgreSQL's "C" collation. */
export function bySeatLabel(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
