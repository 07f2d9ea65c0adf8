/** The events and the published queries of the rooms context. */
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
  /** How many seats there are. */
  seats: number;
  seatPlanVersion: number;
}

/** A theatre was opened. */
export class TheatreOpened extends DomainEvent<TheatreFacts> {
  static readonly type = 'rooms.theatre-opened.v1';
}

/** Facts of a theatre changed. Carries all of them. */
export class TheatreChanged extends DomainEvent<TheatreFacts> {
  static readonly type = 'rooms.theatre-changed.v1';
}

/** A room was opened in a theatre, with the first version of its seat plan. */
export class RoomOpened extends DomainEvent<RoomFacts> {
  static readonly type = 'rooms.room-opened.v1';
}

/** The name or the cleaning time of a room changed. Carries all its facts. */
export class RoomChanged extends DomainEvent<RoomFacts> {
  static readonly type = 'rooms.room-changed.v1';
}

/** A room got a new version of its seat plan. Showtimes that were scheduled before keep their version. */
export class SeatsLaidOut extends DomainEvent<{
  roomId: string;
  seatPlanVersion: number;
  /** How many seats there are. */
  seats: number;
}> {
  static readonly type = 'rooms.seats-laid-out.v1';
}

/** A room was closed: nothing is scheduled in it any more. */
export class RoomClosed extends DomainEvent<{ roomId: string }> {
  static readonly type = 'rooms.room-closed.v1';
}

/** A seat of a plan. */
export interface Seat {
  /** Letters of the row and number, `A12`. */
  readonly label: string;
  readonly row: string;
  readonly number: number;
  /** Column of the grid from 1. Gaps are counted. */
  readonly column: number;
  readonly category: SeatCategory;
  readonly accessible: boolean;
  readonly companion: boolean;
}

/** Where rows and columns are, gaps counted. The screen is above the first line. */
export interface SeatGrid {
  /** Lines of the grid, from the screen to the back; a line without a seat is an aisle. */
  readonly rows: number;
  readonly columns: number;
  /** The line of each row with seats, from 1. */
  readonly lines: Readonly<Record<string, number>>;
}

/** The seats of one version of a room's plan. */
export interface RoomSeats {
  readonly roomId: string;
  readonly version: number;
  readonly grid: SeatGrid;
  /** Row by row from the screen, left to right. */
  readonly seats: readonly Seat[];
}

/** One version of a room's seats, or null. A version never changes, so the answer may be cached. */
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
  /** Number of seats in the current plan. A category without seats is left out. */
  readonly seatsByCategory: Readonly<Partial<Record<SeatCategory, number>>>;
  readonly theatre: { readonly id: string; readonly name: string; readonly timeZone: string; readonly currency: string };
}

/** The rooms of these ids with their theatres in any order, closed ones included. Unknown ids are left out. */
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

/** The theatres of these ids in any order. Unknown ids are left out. */
export class TheatresByIds extends Query<Omit<TheatreSummary, 'roomIds'>[]> {
  constructor(readonly theatreIds: readonly string[]) {
    super();
  }
}

/** Every theatre with the ids of its rooms, closed rooms included. */
export class AllTheatres extends Query<TheatreSummary[]> {}

/** A room as people name it: the id or the name of its theatre, and its own name. */
export interface RoomName {
  readonly theatre: string;
  readonly room: string;
}

/** Names are compared without regard to case. Null where there is no such theatre, or no open room of this name in it. */
export interface NamedRoom extends RoomName {
  readonly theatreId: string | null;
  readonly roomId: string | null;
}

/** The rooms of these names: one answer a name, in any order. */
export class RoomsByNames extends Query<NamedRoom[]> {
  constructor(readonly names: readonly RoomName[]) {
    super();
  }
}
