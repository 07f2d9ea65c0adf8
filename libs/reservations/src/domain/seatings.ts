import type { Seating } from './seating.js';

/** What showtimes are on offer, as showtimes and rooms publish it. */
export abstract class Seatings {
  /** Throws `ShowtimeNotFound`. */
  abstract of(showtimeId: string): Promise<Seating>;
}
