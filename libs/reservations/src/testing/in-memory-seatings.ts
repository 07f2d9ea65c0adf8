import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import { ShowtimeNotFound } from '../domain/errors.js';
import type { Seating } from '../domain/seating.js';
import { Seatings } from '../domain/seatings.js';

/** Seatings for specs. A seating that is put again replaces the former version. */
export class InMemorySeatings extends Seatings {
  readonly #all = new Map<string, Seating<ShowtimeSummary>>();
  /** How many times a seating was read. */
  reads = 0;

  put(seating: Seating<ShowtimeSummary>): Seating<ShowtimeSummary> {
    this.#all.set(seating.showtime.id, seating);
    return seating;
  }

  of(showtimeId: string): Promise<Seating> {
    return this.withNames(showtimeId);
  }

  withNames(showtimeId: string): Promise<Seating<ShowtimeSummary>> {
    this.reads++;
    const seating = this.#all.get(showtimeId);
    return seating === undefined ? Promise.reject(new ShowtimeNotFound()) : Promise.resolve(seating);
  }
}
