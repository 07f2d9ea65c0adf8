/** The events and the published queries of the showtimes context. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';
import type { EventCount, ReservationsEffect } from './reservations.js';
import type { SeatCategory } from './rooms.js';

/** Minor units of the showtime's currency for each seat category. */
export type Prices = Readonly<Partial<Record<SeatCategory, number>>>;

export interface ShowtimeFacts {
  showtimeId: string;
  /** Grows with every change of the terms that a customer reserves under. */
  showtimeVersion: number;
  movieId: string;
  roomId: string;
  theatreId: string;
  seatPlanVersion: number;
  /** How many seats there are. */
  seats: number;
  startsAt: string;
  endsAt: string;
  currency: string;
  prices: Prices;
}

/** A showtime was scheduled. Seats can be held from `salesOpenAt`, or at once when it is null. */
export class ShowtimeScheduled extends DomainEvent<ShowtimeFacts & { salesOpenAt: string | null }> {
  static readonly type = 'showtimes.showtime-scheduled.v1';
}

/**
 * The terms of a showtime changed. Carries the new terms. `moved`: the start or the room changed too, at `movedAt` (ISO instant, domain time).
 * An end that follows the movie's runtime is no move: the customers keep their seats.
 */
export class ShowtimeChanged extends DomainEvent<ShowtimeFacts & { salesOpenAt: string | null; moved: boolean; movedAt?: string | null }> {
  static readonly type = 'showtimes.showtime-changed.v1';
}

/** A showtime was cancelled. All its payments are refunded. */
export class ShowtimeCancelled extends DomainEvent<{ showtimeId: string; showtimeVersion: number; reason: string | null }> {
  static readonly type = 'showtimes.showtime-cancelled.v1';
}

/** What seats of a showtime are reserved under. */
export interface ShowtimeTerms {
  readonly id: string;
  readonly version: number;
  readonly status: 'scheduled' | 'cancelled';
  readonly room: { readonly id: string };
  readonly seatPlanVersion: number;
  /** ISO instants. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly currency: string;
  readonly prices: Prices;
  readonly salesOpenAt: string | null;
}

export interface ShowtimeSummary extends ShowtimeTerms {
  readonly movie: { readonly id: string; readonly title: string; readonly runtimeMinutes: number };
  readonly theatre: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly room: { readonly id: string; readonly name: string };
  /** The local time of the theatre, without an offset. */
  readonly startsAtLocal: string;
}

/** The showtimes of these ids in any order, cancelled ones included. Unknown ids are left out. */
export class ShowtimesByIds extends Query<ShowtimeSummary[]> {
  constructor(readonly showtimeIds: readonly string[]) {
    super();
  }
}

/** As `ShowtimesByIds`, without what other contexts know of them. */
export class ShowtimeTermsByIds extends Query<ShowtimeTerms[]> {
  constructor(readonly showtimeIds: readonly string[]) {
    super();
  }
}

export interface ShowtimeStatusView {
  readonly showtimeId: string;
  readonly version: number;
  readonly status: 'scheduled' | 'cancelled';
  readonly cancelReason: string | null;
  /** ISO instant. */
  readonly endsAt: string;
  /** The last move to another time or room: the version of the terms that it made, and its ISO instant, domain time. Null where there was none. */
  readonly lastMove: { readonly version: number; readonly at: string } | null;
}

/** Whether these showtimes take place, as they were reserved, and until when: read before a decision about money, because events may be late. Unknown ids are left out. */
export class ShowtimeStatuses extends Query<ShowtimeStatusView[]> {
  constructor(readonly showtimeIds: readonly string[]) {
    super();
  }
}

/**
 * The number of scheduled showtimes of a movie that have not started: a running one does not need the movie any more. Of a room, of those that have not
 * ended. While there are any, the movie cannot be retired, and the room cannot be closed.
 * Inside a transaction the number cannot grow until the transaction ends. Ask before locking a row.
 */
export class ShowtimesAhead extends Query<number> {
  constructor(readonly of: { readonly movieId: string } | { readonly roomId: string }) {
    super();
  }
}

/** A showtime that would still occupy its room at the start of the next one there. */
export interface OverlappingShowtime {
  readonly id: string;
  /** ISO instants. `endsAt` and `roomFreeAt` as they would become. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly roomFreeAt: string;
  readonly room: { readonly id: string; readonly name: string };
  readonly next: { readonly id: string; readonly startsAt: string };
}

/** For the document of the API. */
export const OVERLAPPING_SHOWTIME_EXAMPLE: OverlappingShowtime = {
  id: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33',
  startsAt: '2026-12-24T17:00:00.000Z',
  endsAt: '2026-12-24T20:00:00.000Z',
  roomFreeAt: '2026-12-24T20:15:00.000Z',
  room: { id: '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12', name: 'Room 1' },
  next: { id: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34', startsAt: '2026-12-24T19:15:00.000Z' },
};

/**
 * Which showtimes ahead would overlap with the next one of their room if this became the runtime of the movie, or the cleaning time of the
 * room: a hundred at most, by start. Inside a transaction nothing is scheduled meanwhile that changes the answer. Ask before locking a row.
 */
export class ShowtimesThatWouldOverlap extends Query<OverlappingShowtime[]> {
  constructor(
    readonly change:
      { readonly movieId: string; readonly runtimeMinutes: number } | { readonly roomId: string; readonly cleaningMinutes: number },
  ) {
    super();
  }
}

/** What a change of a movie would do to its showtimes ahead, and to their reservations. */
export interface ShowtimesEffect {
  /** How many showtimes would be cancelled, or end at another time. */
  readonly showtimes: number;
  readonly reservations: ReservationsEffect;
  /** What all contexts would publish before Stripe is asked. */
  readonly events: readonly EventCount[];
}

/** What would happen if the showtimes ahead of a movie were cancelled, or followed this runtime. Locks nothing. */
export class EffectOnShowtimes extends Query<ShowtimesEffect> {
  constructor(
    readonly movieId: string,
    readonly change: 'cancelled' | { readonly runtimeMinutes: number },
  ) {
    super();
  }
}

/**
 * Whether a showtime was ever scheduled in this theatre, also one that was cancelled or has moved away. Inside a transaction, a false answer holds
 * until the transaction ends, in these rooms of the theatre.
 */
export class EverScheduledIn extends Query<boolean> {
  constructor(
    readonly theatreId: string,
    readonly roomIds: readonly string[],
  ) {
    super();
  }
}

/** A scheduled showtime of one day of its theatre. */
export interface ShowtimeOfDay {
  readonly id: string;
  readonly movieId: string;
  readonly theatre: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly room: { readonly id: string; readonly name: string };
  /** ISO instants. `startsAtLocal` is the local time of the theatre, without an offset. */
  readonly startsAt: string;
  readonly startsAtLocal: string;
  readonly endsAt: string;
  readonly currency: string;
  readonly prices: Prices;
  readonly seatsLeft: number;
  readonly salesOpenAt: string | null;
}

/** A day as `YYYY-MM-DD`, in the zone of each theatre; in these theatres only, or in all of them. */
export interface DayInTheatres {
  readonly day: string;
  readonly theatreIds: readonly string[] | null;
}

/** The ids of the movies that have a scheduled showtime on this day, each once, in any order. */
export class MoviesPlayingOn extends Query<string[]> {
  constructor(readonly when: DayInTheatres) {
    super();
  }
}

/** The scheduled showtimes of these movies on this day by start: of each movie the first ones, so many at most. */
export class ShowtimesOfDay extends Query<ShowtimeOfDay[]> {
  constructor(
    readonly when: DayInTheatres,
    readonly movieIds: readonly string[],
    readonly limitPerMovie: number,
  ) {
    super();
  }
}
