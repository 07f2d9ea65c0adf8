/** What showtimes tells the others and answers them. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';
import type { SeatCategory } from './rooms.js';

/** Minor units of the showtime's currency per seat category. */
export type Prices = Readonly<Partial<Record<SeatCategory, number>>>;

export interface ShowtimeFacts {
  showtimeId: string;
  /** Grows with every change of the terms a customer booked under. */
  showtimeVersion: number;
  movieId: string;
  roomId: string;
  theatreId: string;
  seatPlanVersion: number;
  seats: number;
  /** ISO instants. */
  startsAt: string;
  endsAt: string;
  currency: string;
  prices: Prices;
}

/** A film will be shown; seats can be held from `salesOpenAt`, or at once where null. */
export class ShowtimeScheduled extends DomainEvent<ShowtimeFacts & { salesOpenAt: string | null }> {
  static readonly type = 'showtimes.showtime-scheduled.v1';
}

/** Terms of a showing changed; `moved` when its time or room did. Carries the new terms. */
export class ShowtimeChanged extends DomainEvent<ShowtimeFacts & { salesOpenAt: string | null; moved: boolean }> {
  static readonly type = 'showtimes.showtime-changed.v1';
}

/** A showing will not take place; everybody's money goes back. */
export class ShowtimeCancelled extends DomainEvent<{ showtimeId: string; showtimeVersion: number; reason: string | null }> {
  static readonly type = 'showtimes.showtime-cancelled.v1';
}

export interface ShowtimeSummary {
  readonly id: string;
  readonly version: number;
  readonly status: 'scheduled' | 'cancelled';
  readonly movie: { readonly id: string; readonly title: string; readonly runtimeMinutes: number };
  readonly theatre: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly room: { readonly id: string; readonly name: string };
  readonly seatPlanVersion: number;
  /** ISO instants; `startsAtLocal` is the theatre's wall clock without an offset. */
  readonly startsAt: string;
  readonly startsAtLocal: string;
  readonly endsAt: string;
  readonly currency: string;
  readonly prices: Prices;
  readonly salesOpenAt: string | null;
}

/** The showtimes of these ids, cancelled ones included, in no particular order; unknown ids are left out. */
export class ShowtimesByIds extends Query<ShowtimeSummary[]> {
  constructor(readonly showtimeIds: readonly string[]) {
    super();
  }
}

/**
 * How many scheduled showtimes of a movie or room have not ended; answers "may it be retired or closed?". Asked inside a transaction, the
 * answer cannot grow before that transaction ends: ask it there, before locking a row.
 */
export class ShowtimesAhead extends Query<number> {
  constructor(readonly of: { readonly movieId: string } | { readonly roomId: string }) {
    super();
  }
}

/** Whether any showtime, cancelled ones included, was ever scheduled in one of these rooms. Inside a transaction, a no stays a no until it ends. */
export class EverScheduledIn extends Query<boolean> {
  constructor(readonly roomIds: readonly string[]) {
    super();
  }
}
