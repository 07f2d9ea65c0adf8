import type { MovieSummary } from '@app/contracts/movies.js';
import type { RoomSummary, SeatCategory } from '@app/contracts/rooms.js';
import { type Prices, ShowtimeCancelled, ShowtimeChanged, type ShowtimeFacts, ShowtimeScheduled } from '@app/contracts/showtimes.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import {
  ChangedMeanwhile,
  MovieIsRetired,
  RoomIsClosed,
  SalesOpenTooLate,
  SeatsAreTaken,
  ShowtimeIsCancelled,
  ShowtimeStarted,
  StartsInThePast,
  StartsTooFarAhead,
} from './errors.js';
import { pricesFor, samePrices } from './prices.js';
import type { Moment } from './theatre-time.js';

const MINUTE = 60_000;
/** Far enough for any programme, near enough that a mistyped year is noticed. */
const DAYS_AHEAD = 730;

export interface ShowtimeState extends AggregateState {
  readonly status: 'scheduled' | 'cancelled';
  readonly movieId: string;
  readonly roomId: string;
  readonly theatreId: string;
  readonly seatPlanVersion: number;
  /** Of that plan. */
  readonly seats: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** `endsAt` and the cleaning. */
  readonly roomFreeAt: Date;
  readonly timeZone: string;
  /** `startsAt` on the theatre's wall clock; its first ten characters are the theatre's day. */
  readonly startsAtLocal: string;
  readonly currency: string;
  /** A price for every category the plan has. */
  readonly prices: Prices;
  /** Null: at once. */
  readonly salesOpenAt: Date | null;
  readonly scheduledAt: Date;
  readonly cancelReason: string | null;
}

/** Where and when, as the other contexts know the movie and the room at this moment. */
export interface Place {
  readonly movie: MovieSummary;
  readonly room: RoomSummary;
  readonly start: Moment;
}

/** What is left out stays as it is. */
export interface WantedTerms {
  readonly prices?: Prices | undefined;
  readonly salesOpenAt?: Date | null | undefined;
}

/** One showing of a movie in a room. Its version is the version of its terms: every event changes what a customer books under. */
export class Showtime extends AggregateRoot<ShowtimeState> {
  /** Throws `MovieIsRetired`, `RoomIsClosed`, `StartsInThePast`, `StartsTooFarAhead`, `PriceMissing`, `PriceRefused`, `SalesOpenTooLate`. */
  static schedule(place: Place, terms: { prices: Prices; salesOpenAt: Date | null }, now: Date): Showtime {
    const placed = placeOf(place, terms.prices, now);
    const state: ShowtimeState = {
      id: newId(),
      version: 0,
      status: 'scheduled',
      movieId: place.movie.id,
      ...placed,
      salesOpenAt: openBefore(placed.startsAt, terms.salesOpenAt),
      scheduledAt: now,
      cancelReason: null,
    };
    const showtime = new Showtime(state);
    showtime.record(new ShowtimeScheduled({ ...factsOf(state), salesOpenAt: isoOf(state.salesOpenAt) }));
    return showtime;
  }

  hasBegun(now: Date): boolean {
    return this.state.startsAt <= now;
  }

  /** Other prices or another start of sales. Throws as `schedule` does, and `ShowtimeStarted`, `ShowtimeIsCancelled`. */
  change(wanted: WantedTerms, now: Date): void {
    this.mustBeAhead(now);
    const { state } = this;
    const prices = pricesFor(categoriesOf(state.prices), { ...state.prices, ...wanted.prices }, state.currency);
    this.apply({ prices, salesOpenAt: wanted.salesOpenAt }, false);
  }

  /**
   * Another time or room: scheduled anew with the movie's runtime and the room's seats and cleaning as they are now. To where it is already,
   * it is no move. `from` is the room that was locked for this. Throws as `change` does, and `SeatsAreTaken`, `ChangedMeanwhile`.
   */
  move(place: Place, wanted: WantedTerms, { from, seatsTaken, now }: { from: string; seatsTaken: number; now: Date }): void {
    this.mustBeAhead(now);
    const { state } = this;
    if (state.roomId !== from) throw new ChangedMeanwhile();
    if (place.room.id === state.roomId && place.start.at.getTime() === state.startsAt.getTime()) return this.change(wanted, now);
    if (seatsTaken > 0) throw new SeatsAreTaken(seatsTaken);
    // An amount means something else in another currency.
    const kept = place.room.theatre.currency === state.currency ? state.prices : {};
    this.apply({ ...placeOf(place, { ...kept, ...wanted.prices }, now), salesOpenAt: wanted.salesOpenAt }, true);
  }

  /** Harmless when cancelled already. Throws `ShowtimeStarted`. */
  cancel(reason: string | null, now: Date): void {
    if (this.state.status === 'cancelled') return;
    if (this.hasBegun(now)) throw new ShowtimeStarted();
    this.record(new ShowtimeCancelled({ showtimeId: this.id, showtimeVersion: this.state.version + 1, reason }), {
      status: 'cancelled',
      cancelReason: reason,
    });
  }

  private apply(changes: Partial<Placed> & { salesOpenAt: Date | null | undefined }, moved: boolean): void {
    const { state } = this;
    const salesOpenAt = openBefore(
      changes.startsAt ?? state.startsAt,
      changes.salesOpenAt === undefined ? state.salesOpenAt : changes.salesOpenAt,
    );
    const next: ShowtimeState = { ...state, ...changes, salesOpenAt };
    if (!moved && samePrices(next.prices, state.prices) && isoOf(next.salesOpenAt) === isoOf(state.salesOpenAt)) return;
    this.record(new ShowtimeChanged({ ...factsOf(next), salesOpenAt: isoOf(salesOpenAt), moved }), { ...changes, salesOpenAt });
  }

  private mustBeAhead(now: Date): void {
    if (this.state.status === 'cancelled') throw new ShowtimeIsCancelled();
    if (this.hasBegun(now)) throw new ShowtimeStarted();
  }
}

type Placed = Pick<
  ShowtimeState,
  | 'roomId'
  | 'theatreId'
  | 'seatPlanVersion'
  | 'seats'
  | 'startsAt'
  | 'endsAt'
  | 'roomFreeAt'
  | 'timeZone'
  | 'startsAtLocal'
  | 'currency'
  | 'prices'
>;

function placeOf({ movie, room, start }: Place, wanted: Prices, now: Date): Placed {
  if (movie.retired) throw new MovieIsRetired();
  if (room.closed) throw new RoomIsClosed();
  if (start.at <= now) throw new StartsInThePast();
  const latest = new Date(now.getTime() + DAYS_AHEAD * 24 * 60 * MINUTE);
  if (start.at > latest) throw new StartsTooFarAhead(latest);
  const endsAt = new Date(start.at.getTime() + movie.runtimeMinutes * MINUTE);
  const { currency, timeZone, id: theatreId } = room.theatre;
  return {
    roomId: room.id,
    theatreId,
    seatPlanVersion: room.seatPlanVersion,
    seats: Object.values(room.seatsByCategory).reduce((sum, seats) => sum + seats, 0),
    startsAt: start.at,
    endsAt,
    roomFreeAt: new Date(endsAt.getTime() + room.cleaningMinutes * MINUTE),
    timeZone,
    startsAtLocal: start.local,
    currency,
    prices: pricesFor(categoriesOf(room.seatsByCategory), wanted, currency),
  };
}

function openBefore(startsAt: Date, salesOpenAt: Date | null): Date | null {
  if (salesOpenAt !== null && salesOpenAt >= startsAt) throw new SalesOpenTooLate();
  return salesOpenAt;
}

function categoriesOf(byCategory: Readonly<Partial<Record<SeatCategory, number>>>): SeatCategory[] {
  return Object.keys(byCategory) as SeatCategory[];
}

function factsOf(state: ShowtimeState): ShowtimeFacts {
  return {
    showtimeId: state.id,
    showtimeVersion: state.version + 1,
    movieId: state.movieId,
    roomId: state.roomId,
    theatreId: state.theatreId,
    seatPlanVersion: state.seatPlanVersion,
    seats: state.seats,
    startsAt: state.startsAt.toISOString(),
    endsAt: state.endsAt.toISOString(),
    currency: state.currency,
    prices: state.prices,
  };
}

function isoOf(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
