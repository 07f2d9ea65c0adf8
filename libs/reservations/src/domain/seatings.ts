import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import type { Seating } from './seating.js';

/** The seatings of showtimes, from what showtimes and rooms publish. */
export abstract class Seatings {
  /** Throws `ShowtimeNotFound`. */
  abstract of(showtimeId: string): Promise<Seating>;
  /** As `of`, with the names of movie, theatre and room. */
  abstract withNames(showtimeId: string): Promise<Seating<ShowtimeSummary>>;
}
