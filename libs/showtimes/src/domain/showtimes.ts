import type { Showtime } from './showtime.js';

export abstract class Showtimes {
  /** Throws `RoomOccupied`. */
  abstract add(showtime: Showtime): Promise<void>;

  /** Throws `ShowtimeNotFound`, `RoomOccupied`. */
  abstract change<T>(id: string, decide: (showtime: Showtime) => T): Promise<T>;

  /** As it stands, unlocked. Throws `ShowtimeNotFound`. */
  abstract glance(id: string): Promise<Showtime>;

  /** Ids of what is scheduled of a movie and has not begun, in the order in which many are locked. */
  abstract aheadOf(movieId: string, now: Date): Promise<string[]>;
}
