import { type Prices, ShowtimeCancelled, ShowtimeChanged, type ShowtimeFacts, ShowtimeScheduled } from '@app/contracts/showtimes.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import type { DomainError } from '@app/kernel/domain-error.js';
import { newId } from '@app/kernel/id.js';
import { ChangedMeanwhile, SalesOpenTooLate, SeatsTaken, ShowtimeCancelled as ShowtimeCancelledError, ShowtimeStarted } from './errors.js';
import { endsOf, type PlacedState, placedState, type Placement, placementRefusals, type RuntimeAndCleaning } from './placement.js';
import { categoriesOf, pricesFor, samePrices } from './prices.js';

export interface ShowtimeState extends AggregateState, PlacedState {
  readonly status: 'scheduled' | 'cancelled';
  readonly movieId: string;
  /** Null: at once. */
  readonly salesOpenAt: Date | null;
  readonly scheduledAt: Date;
  readonly cancelReason: string | null;
  /** The version that the last move to another time or room made, and when. Null where there was none. */
  readonly movedVersion: number | null;
  readonly movedAt: Date | null;
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
      movedVersion: null,
      movedAt: null,
    };
    const showtime = new Showtime(state);
    showtime.record(new ShowtimeScheduled({ ...factsOf(state), salesOpenAt: isoOf(state.salesOpenAt) }));
    return showtime;
  }

  /** Every rule that keeps `schedule` from these terms. It throws the first of them. */
  static refusals(placement: Placement, terms: { prices: Prices; salesOpenAt: Date | null }, now: Date): DomainError[] {
    const opensTooLate = terms.salesOpenAt !== null && terms.salesOpenAt >= placement.start.at;
    return [...placementRefusals(placement, terms.prices, now), ...(opensTooLate ? [new SalesOpenTooLate()] : [])];
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
    this.recordChange({ prices, salesOpenAt: terms.salesOpenAt }, { movedAt: null });
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
    this.recordChange({ ...placed, salesOpenAt: terms.salesOpenAt }, { movedAt: now });
  }

  /**
   * Ends as this runtime and cleaning say, which hold for what starts after `since`. The start stays, so it is no move. Records nothing when nothing differs,
   * nor where it had started by then or was cancelled.
   */
  correctEnd(runtimeAndCleaning: RuntimeAndCleaning, since: Date): void {
    const { state } = this;
    if (state.status === 'cancelled' || this.hasStarted(since)) return;
    const times = endsOf(state.startsAt, runtimeAndCleaning);
    if (sameInstant(times.endsAt, state.endsAt) && sameInstant(times.roomFreeAt, state.roomFreeAt)) return;
    const facts = factsOf({ ...state, ...times });
    this.record(new ShowtimeChanged({ ...facts, salesOpenAt: isoOf(state.salesOpenAt), moved: false, movedAt: null }), times);
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

  /** `movedAt`: null where the time and the room stay. */
  private recordChange(
    changes: Partial<PlacedState> & { salesOpenAt: Date | null | undefined },
    { movedAt }: { movedAt: Date | null },
  ): void {
    const { state } = this;
    const moved = movedAt !== null;
    const salesOpenAt = changes.salesOpenAt === undefined ? state.salesOpenAt : changes.salesOpenAt;
    const next: ShowtimeState = { ...state, ...changes, salesOpenAt };
    assertSalesOpenBefore(next.startsAt, salesOpenAt);
    if (!moved && samePrices(next.prices, state.prices) && isoOf(next.salesOpenAt) === isoOf(state.salesOpenAt)) return;
    this.record(new ShowtimeChanged({ ...factsOf(next), salesOpenAt: isoOf(salesOpenAt), moved, movedAt: isoOf(movedAt) }), {
      ...changes,
      salesOpenAt,
      ...(moved ? { movedVersion: state.version + 1, movedAt } : {}),
    });
  }

  private assertChangeable(now: Date): void {
    if (this.state.status === 'cancelled') throw new ShowtimeCancelledError();
    if (this.hasStarted(now)) throw new ShowtimeStarted();
  }
}

function assertSalesOpenBefore(startsAt: Date, salesOpenAt: Date | null): void {
  if (salesOpenAt !== null && salesOpenAt >= startsAt) throw new SalesOpenTooLate();
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

function sameInstant(a: Date, b: Date): boolean {
  return a.getTime() === b.getTime();
}

function isoOf(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
