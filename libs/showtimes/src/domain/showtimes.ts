import type { Showtime } from './showtime.js';

export abstract class Showtimes {
  /** Throws `ShowtimesOverlap`. */
  abstract add(showtime: Showtime): Promise<void>;

  /** Throws `ShowtimeNotFound`, `ShowtimesOverlap`. */
  abstract change<T>(id: string, decide: (showtime: Showtime) => T): Promise<T>;

  /** Locks nothing. Throws `ShowtimeNotFound`. */
  abstract read(id: string): Promise<Showtime>;

  /** Ids of the scheduled showtimes of a movie that have not started, in the order in which many are locked. */
  abstract idsOfUpcoming(movieId: string, now: Date): Promise<string[]>;
}
