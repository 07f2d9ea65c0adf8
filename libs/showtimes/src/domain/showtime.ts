import type { MovieSummary } from '@app/contracts/movies.js';
import type { RoomSummary, SeatCategory } from '@app/contracts/rooms.js';
import { type Prices, ShowtimeCancelled, ShowtimeChanged, type ShowtimeFacts, ShowtimeScheduled } from '@app/contracts/showtimes.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import {
  ChangedMeanwhile,
  MovieRetired,
  RoomClosed,
  SalesOpenTooLate,
  SeatsTaken,
  ShowtimeCancelled as ShowtimeCancelledError,
  ShowtimeStarted,
  StartsInThePast,
  StartsTooFarAhead,
} from './errors.js';
import { pricesFor, samePrices } from './prices.js';
import type { Moment } from './theatre-time.js';

const MINUTE_MS = 60_000;
/** A later start is most likely a mistyped year. */
const MAX_DAYS_AHEAD = 730;

export interface ShowtimeState extends AggregateState {
  readonly status: 'scheduled' | 'cancelled';
  readonly movieId: string;
  readonly roomId: string;
  readonly theatreId: string;
  readonly seatPlanVersion: number;
  /** Of that seat plan. */
  readonly seats: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** `endsAt` plus the cleaning. */
  readonly roomFreeAt: Date;
  readonly timeZone: string;
  /** `startsAt` in the theatre's local time. Its first ten characters are the theatre's day. */
  readonly startsAtLocal: string;
  readonly currency: string;
  /** A price for every category of the seat plan. */
  readonly prices: Prices;
  /** Null: at once. */
  readonly salesOpenAt: Date | null;
  readonly scheduledAt: Date;
  readonly cancelReason: string | null;
}

/** What is shown where and when. The movie and the room are as the other contexts know them at this moment. */
export interface Placement {
  readonly movie: MovieSummary;
  readonly room: RoomSummary;
  readonly start: Moment;
}

/** What is left out stays as it is. */
export interface TermsChange {
  readonly prices?: Prices | undefined;
  readonly salesOpenAt?: Date | null | undefined;
}

/** One scheduled screening of a movie in a room. Its version is the version of its terms: every event changes what a customer reserves under. */
export class Showtime extends AggregateRoot<ShowtimeState> {
  /** Throws `MovieRetired`, `RoomClosed`, `StartsInThePast`, `StartsTooFarAhead`, `PriceMissing`, `PriceRefused`, `SalesOpenTooLate`. */
  static schedule(placement: Placement, terms: { prices: Prices; salesOpenAt: Date | null }, now: Date): Showtime {
    const placed = placedState(placement, terms.prices, now);
    assertSalesOpenBefore(placed.startsAt, terms.salesOpenAt);
    const state: ShowtimeState = {
      id: newId(),
      version: 0,
      status: 'scheduled',
      movieId: placement.movie.id,
      ...placed,
      salesOpenAt: terms.salesOpenAt,
      scheduledAt: now,
      cancelReason: null,
    };
    const showtime = new Showtime(state);
    showtime.record(new ShowtimeScheduled({ ...factsOf(state), salesOpenAt: isoOf(state.salesOpenAt) }));
    return showtime;
  }

  hasStarted(now: Date): boolean {
    return this.state.startsAt <= now;
  }

  /**
   * Changes the prices or the start of sales. Records nothing when nothing differs. Throws as `schedule` does, and `ShowtimeStarted`,
   * `ShowtimeCancelled`.
   */
  change(terms: TermsChange, now: Date): void {
    this.assertChangeable(now);
    const { state } = this;
    const prices = pricesFor(categoriesOf(state.prices), { ...state.prices, ...terms.prices }, state.currency);
    this.recordChange({ prices, salesOpenAt: terms.salesOpenAt }, { moved: false });
  }

  /**
   * Moves the showtime to another time or room. The movie's runtime and the room's seats and cleaning time are taken as they are now. With
   * the same time and room it is a `change`. `lockedRoomId` is the room that was read before the locks. Throws as `change` does, and
   * `SeatsTaken`, `ChangedMeanwhile`.
   */
  move(
    placement: Placement,
    terms: TermsChange,
    { lockedRoomId, seatsTaken, now }: { lockedRoomId: string; seatsTaken: number; now: Date },
  ): void {
    this.assertChangeable(now);
    const { state } = this;
    if (state.roomId !== lockedRoomId) throw new ChangedMeanwhile();
    const isSamePlace = placement.room.id === state.roomId && placement.start.at.getTime() === state.startsAt.getTime();
    if (isSamePlace) return this.change(terms, now);
    if (seatsTaken > 0) throw new SeatsTaken(seatsTaken);
    // In another currency the same amounts are other prices.
    const keptPrices = placement.room.theatre.currency === state.currency ? state.prices : {};
    const placed = placedState(placement, { ...keptPrices, ...terms.prices }, now);
    this.recordChange({ ...placed, salesOpenAt: terms.salesOpenAt }, { moved: true });
  }

  /** Records nothing when the showtime is cancelled already. Throws `ShowtimeStarted`. */
  cancel({ reason, now }: { reason: string | null; now: Date }): void {
    if (this.state.status === 'cancelled') return;
    if (this.hasStarted(now)) throw new ShowtimeStarted();
    this.record(new ShowtimeCancelled({ showtimeId: this.id, showtimeVersion: this.state.version + 1, reason }), {
      status: 'cancelled',
      cancelReason: reason,
    });
  }

  private recordChange(changes: Partial<PlacedState> & { salesOpenAt: Date | null | undefined }, { moved }: { moved: boolean }): void {
    const { state } = this;
    const salesOpenAt = changes.salesOpenAt === undefined ? state.salesOpenAt : changes.salesOpenAt;
    const next: ShowtimeState = { ...state, ...changes, salesOpenAt };
    assertSalesOpenBefore(next.startsAt, salesOpenAt);
    if (!moved && samePrices(next.prices, state.prices) && isoOf(next.salesOpenAt) === isoOf(state.salesOpenAt)) return;
    this.record(new ShowtimeChanged({ ...factsOf(next), salesOpenAt: isoOf(salesOpenAt), moved }), { ...changes, salesOpenAt });
  }

  private assertChangeable(now: Date): void {
    if (this.state.status === 'cancelled') throw new ShowtimeCancelledError();
    if (this.hasStarted(now)) throw new ShowtimeStarted();
  }
}

type PlacedState = Pick<
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

function placedState({ movie, room, start }: Placement, prices: Prices, now: Date): PlacedState {
  if (movie.retired) throw new MovieRetired();
  if (room.closed) throw new RoomClosed();
  if (start.at <= now) throw new StartsInThePast();
  const latest = new Date(now.getTime() + MAX_DAYS_AHEAD * 24 * 60 * MINUTE_MS);
  if (start.at > latest) throw new StartsTooFarAhead(latest);
  const endsAt = new Date(start.at.getTime() + movie.runtimeMinutes * MINUTE_MS);
  const { currency, timeZone, id: theatreId } = room.theatre;
  return {
    roomId: room.id,
    theatreId,
    seatPlanVersion: room.seatPlanVersion,
    seats: Object.values(room.seatsByCategory).reduce((sum, seats) => sum + seats, 0),
    startsAt: start.at,
    endsAt,
    roomFreeAt: new Date(endsAt.getTime() + room.cleaningMinutes * MINUTE_MS),
    timeZone,
    startsAtLocal: start.local,
    currency,
    prices: pricesFor(categoriesOf(room.seatsByCategory), prices, currency),
  };
}

function assertSalesOpenBefore(startsAt: Date, salesOpenAt: Date | null): void {
  if (salesOpenAt !== null && salesOpenAt >= startsAt) throw new SalesOpenTooLate();
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
