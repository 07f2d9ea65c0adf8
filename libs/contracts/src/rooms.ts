/** What rooms tells the others and answers them. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';

export type SeatCategory = 'standard' | 'premium';

export interface TheatreFacts {
  theatreId: string;
  name: string;
  /** IANA zone. */
  timeZone: string;
  /** ISO 4217. */
  currency: string;
}

export interface RoomFacts {
  roomId: string;
  theatreId: string;
  name: string;
  cleaningMinutes: number;
  seats: number;
  seatPlanVersion: number;
}

/** A place opened its doors. */
export class TheatreOpened extends DomainEvent<TheatreFacts> {
  static readonly type = 'rooms.theatre-opened.v1';
}

/** A theatre's facts changed; carries all of them. */
export class TheatreChanged extends DomainEvent<TheatreFacts> {
  static readonly type = 'rooms.theatre-changed.v1';
}

/** A screen opened in a theatre, with the first version of its seat plan. */
export class RoomOpened extends DomainEvent<RoomFacts> {
  static readonly type = 'rooms.room-opened.v1';
}

/** A room's name or cleaning time changed; carries all its facts. */
export class RoomChanged extends DomainEvent<RoomFacts> {
  static readonly type = 'rooms.room-changed.v1';
}

/** A room got a new version of its seat plan; showtimes scheduled before keep theirs. */
export class SeatsLaidOut extends DomainEvent<{ roomId: string; seatPlanVersion: number; seats: number }> {
  static readonly type = 'rooms.seats-laid-out.v1';
}

/** No more showtimes in this room. */
export class RoomClosed extends DomainEvent<{ roomId: string }> {
  static readonly type = 'rooms.room-closed.v1';
}

/** A seat of a plan. */
export interface Seat {
  /** Row letters and number, `A12`. */
  readonly label: string;
  readonly row: string;
  readonly number: number;
  /** Grid column from 1, gaps counted. */
  readonly column: number;
  readonly category: SeatCategory;
  readonly accessible: boolean;
  readonly companion: boolean;
}

/** The seats of one version of a room's plan. */
export interface RoomSeats {
  readonly roomId: string;
  readonly version: number;
  /** Row by row from the screen, left to right. */
  readonly seats: readonly Seat[];
}

/** One version of a room's seats, or null. A version never changes, so the answer may be kept. */
export class SeatPlanOfRoom extends Query<RoomSeats | null> {
  constructor(
    readonly roomId: string,
    readonly version: number,
  ) {
    super();
  }
}

export interface RoomSummary {
  readonly id: string;
  readonly name: string;
  readonly closed: boolean;
  readonly cleaningMinutes: number;
  readonly seatPlanVersion: number;
  /** Seats of each category in the current plan; a category without seats is left out. */
  readonly seatsByCategory: Readonly<Partial<Record<SeatCategory, number>>>;
  readonly theatre: { readonly id: string; readonly name: string; readonly timeZone: string; readonly currency: string };
}

/** The rooms of these ids with their theatres, in no particular order; unknown ids are left out. Closed ones are included. */
export class RoomsByIds extends Query<RoomSummary[]> {
  constructor(readonly roomIds: readonly string[]) {
    super();
  }
}

export interface TheatreSummary {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly roomIds: readonly string[];
}

/** Every theatre with the ids of its rooms, closed rooms included. */
export class AllTheatres extends Query<TheatreSummary[]> {}
