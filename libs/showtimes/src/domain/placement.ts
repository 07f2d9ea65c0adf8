/** Where and when a movie is shown, the rules about it, and what a showtime stores of it. */
import type { MovieSummary } from '@app/contracts/movies.js';
import type { RoomSummary } from '@app/contracts/rooms.js';
import type { Prices } from '@app/contracts/showtimes.js';
import type { DomainError } from '@app/kernel/domain-error.js';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { MovieRetired, RoomClosed, StartsInThePast, StartsTooFarAhead } from './errors.js';
import { categoriesOf, priceRefusals, pricesFor } from './prices.js';
import type { Moment } from './theatre-time.js';

/** A later start is most likely a mistyped year. */
const MAX_DAYS_AHEAD = 730;

/** The movie and the room are as the other contexts know them at this moment. */
export interface Placement {
  readonly movie: MovieSummary;
  readonly room: RoomSummary;
  readonly start: Moment;
}

export interface PlacedState {
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
}

/** How long a showtime occupies its room. */
export interface RuntimeAndCleaning {
  readonly runtimeMinutes: number;
  readonly cleaningMinutes: number;
}

/** The inverse of `runtimeAndCleaningOf`. */
export function endsOf(startsAt: Date, { runtimeMinutes, cleaningMinutes }: RuntimeAndCleaning): { endsAt: Date; roomFreeAt: Date } {
  const endsAt = addMs(startsAt, runtimeMinutes * MINUTE_MS);
  return { endsAt, roomFreeAt: addMs(endsAt, cleaningMinutes * MINUTE_MS) };
}

export function runtimeAndCleaningOf({
  startsAt,
  endsAt,
  roomFreeAt,
}: Pick<PlacedState, 'startsAt' | 'endsAt' | 'roomFreeAt'>): RuntimeAndCleaning {
  const minutes = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / MINUTE_MS;
  return { runtimeMinutes: minutes(startsAt, endsAt), cleaningMinutes: minutes(endsAt, roomFreeAt) };
}

/** Throws the first of `placementRefusals`. */
export function placedState(placement: Placement, prices: Prices, now: Date): PlacedState {
  const [refusal] = placementRefusals(placement, prices, now);
  if (refusal !== undefined) throw refusal;
  const { movie, room, start } = placement;
  const { currency, timeZone, id: theatreId } = room.theatre;
  return {
    roomId: room.id,
    theatreId,
    seatPlanVersion: room.seatPlanVersion,
    seats: Object.values(room.seatsByCategory).reduce((sum, seats) => sum + seats, 0),
    startsAt: start.at,
    ...endsOf(start.at, { runtimeMinutes: movie.runtimeMinutes, cleaningMinutes: room.cleaningMinutes }),
    timeZone,
    startsAtLocal: start.local,
    currency,
    prices: pricesFor(categoriesOf(room.seatsByCategory), prices, currency),
  };
}

/** Every rule that the placement breaks: `MovieRetired`, `RoomClosed`, `StartsInThePast`, `StartsTooFarAhead`, `PriceMissing`, `PriceRefused`. */
export function placementRefusals({ movie, room, start }: Placement, prices: Prices, now: Date): DomainError[] {
  const latest = addMs(now, MAX_DAYS_AHEAD * 24 * 60 * MINUTE_MS);
  return [
    ...(movie.retired ? [new MovieRetired()] : []),
    ...(room.closed ? [new RoomClosed()] : []),
    ...(start.at <= now ? [new StartsInThePast()] : []),
    ...(start.at > latest ? [new StartsTooFarAhead(latest)] : []),
    ...priceRefusals(categoriesOf(room.seatsByCategory), prices, room.theatre.currency),
  ];
}
