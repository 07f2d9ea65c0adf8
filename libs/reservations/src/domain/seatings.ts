import type { Seating } from './seating.js';

/** The seatings of showtimes, from what showtimes and rooms publish. */
export abstract class Seatings {
  /** Throws `ShowtimeNotFound`. */
  abstract of(showtimeId: string): Promise<Seating>;
}
