import type { RuntimeAndCleaning } from './placement.js';
import type { Showtime, ShowtimeState } from './showtime.js';

export type MovieOrRoom = { readonly movieId: string } | { readonly roomId: string };

/** A scheduled showtime, and how long it occupies its room. */
export type UpcomingShowtime = Pick<ShowtimeState, 'id' | 'movieId' | 'roomId' | 'startsAt' | 'endsAt' | 'roomFreeAt'>;

/** The next showtime of the same room, which starts while the room is occupied. */
export interface NextShowtime {
  /** The one that occupies the room. */
  readonly id: string;
  readonly nextId: string;
  readonly nextStartsAt: Date;
}

/** When a room is occupied. */
export type OccupiedPeriod = Pick<ShowtimeState, 'roomId' | 'startsAt' | 'roomFreeAt'>;

/** A neighbour of the period at this index. */
export interface Neighbour {
  readonly index: number;
  readonly showtime: UpcomingShowtime;
}

export abstract class Showtimes {
  /** Throws `ShowtimesOverlap`. */
  abstract add(showtime: Showtime): Promise<void>;

  /**
   * Adds all in a number of statements that does not depend on how many they are. Call it under the locks of scheduling, after `neighbours`.
   * Throws `ChangedMeanwhile` where one overlaps nevertheless.
   */
  abstract addAll(showtimes: readonly Showtime[]): Promise<void>;

  /** The showtimes that start exactly then in these rooms, cancelled ones included, scheduled ones first. */
  abstract startingAt(starts: readonly Pick<ShowtimeState, 'roomId' | 'startsAt'>[]): Promise<ShowtimeState[]>;

  /** For each period the scheduled showtime of the room that starts last at or before it, and the first one that starts inside it. */
  abstract neighbours(periods: readonly OccupiedPeriod[]): Promise<Neighbour[]>;

  /** Throws `ShowtimeNotFound`, `ShowtimesOverlap`. */
  abstract change<T>(id: string, decide: (showtime: Showtime) => T): Promise<T>;

  /** Locks nothing. Throws `ShowtimeNotFound`. */
  abstract read(id: string): Promise<Showtime>;

  /** Ids of the scheduled showtimes of a movie that have not started, in the order in which many are locked. */
  abstract idsOfUpcoming(movieId: string, now: Date): Promise<string[]>;

  /** The scheduled showtimes of a movie or a room that start after this time, in the order in which many are locked. Locks nothing. */
  abstract upcoming(of: MovieOrRoom, time: Date): Promise<UpcomingShowtime[]>;

  /** Of these, the ones whose `roomFreeAt` lies after the start of the next scheduled showtime of the room, by start. */
  abstract overlapping(occupied: readonly UpcomingShowtime[], limit: number): Promise<NextShowtime[]>;

  /** The scheduled showtime of the room that starts last at or before this time, or null. `exceptId` is left out. */
  abstract lastStarting(at: Date, where: { readonly roomId: string; readonly exceptId: string | null }): Promise<UpcomingShowtime | null>;

  /** Each combination of movie, room, runtime and cleaning among the scheduled showtimes that have not started. */
  abstract runtimeAndCleaningOfUpcoming(now: Date): Promise<(RuntimeAndCleaning & { readonly movieId: string; readonly roomId: string })[]>;
}
