import type { MovieSummary } from '@app/contracts/movies.js';
import type { RoomSummary } from '@app/contracts/rooms.js';
import type { Prices, ShowtimeOfDay, ShowtimeSummary } from '@app/contracts/showtimes.js';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { withVersion } from '@app/platform/persistence/resource-version.js';
import type { ShowtimeState } from '../../domain/showtime.js';

class MovieOfShowtimeView {
  /** @example "019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22" */
  id!: string;
  /** @example "Arrival" */
  title!: string;
  /** @example 116 */
  runtimeMinutes!: number;
}

class TheatreOfShowtimeView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
}

class RoomOfShowtimeView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  id!: string;
  /** @example "Room 1" */
  name!: string;
}

/** A price for every category of the room. */
class PricesOfShowtimeView {
  /** @example { "amount": 1200, "currency": "EUR" } */
  standard?: MoneyView;
  /** @example { "amount": 1500, "currency": "EUR" } */
  premium?: MoneyView;
}

/** A showtime as everybody may see it. */
export class ShowtimeView {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "scheduled" */
  status!: 'scheduled' | 'cancelled';
  movie!: MovieOfShowtimeView;
  theatre!: TheatreOfShowtimeView;
  room!: RoomOfShowtimeView;
  /** @example "2026-12-24T19:15:00.000Z" */
  startsAt!: string;
  /** @example "2026-12-24T20:15:00" */
  startsAtLocal!: string;
  /** @example "2026-12-24T21:11:00.000Z" */
  endsAt!: string;
  prices!: PricesOfShowtimeView;
  /** @example 8 */
  seatsLeft!: number;
  /**
   * Null: on sale.
   * @example "2026-12-01T09:00:00.000Z"
   */
  salesOpenAt!: string | null;
}

export class ShowtimesResponse {
  data!: ShowtimeView[];
  page!: PageInfo;
}

export type ShowtimeRow = Omit<ShowtimeState, 'roomFreeAt' | 'scheduledAt' | 'cancelReason' | 'movedVersion' | 'movedAt'>;

/** The columns of a `ShowtimeRow`. */
export const SHOWTIME_COLUMNS = `id, version, status, movie_id, room_id, theatre_id, seat_plan_version, seats, starts_at, starts_at_local,
  ends_at, time_zone, currency, prices, sales_open_at`;

export function showtimeView(
  row: ShowtimeRow,
  { movie, room, seatsTaken }: { movie: MovieSummary; room: RoomSummary; seatsTaken: number },
): ShowtimeView {
  const view: ShowtimeView = {
    ...commonFields(row, movie, room),
    prices: pricesView(row.prices, row.currency),
    seatsLeft: seatsLeft(row, seatsTaken),
  };
  return withVersion(view, row.version);
}

/** For other contexts. */
export function showtimeSummary(row: ShowtimeRow, { movie, room }: { movie: MovieSummary; room: RoomSummary }): ShowtimeSummary {
  const { version, seatPlanVersion, currency, prices } = row;
  return { ...commonFields(row, movie, room), version, seatPlanVersion, currency, prices };
}

export function showtimeOfDay(row: ShowtimeRow, { room, seatsTaken }: { room: RoomSummary; seatsTaken: number }): ShowtimeOfDay {
  const { id, movieId, currency, prices } = row;
  return { id, movieId, ...placeAndTimes(row, room), currency, prices, seatsLeft: seatsLeft(row, seatsTaken) };
}

function seatsLeft({ seats }: ShowtimeRow, seatsTaken: number): number {
  return Math.max(0, seats - seatsTaken);
}

function commonFields(row: ShowtimeRow, movie: MovieSummary, room: RoomSummary) {
  const { id, status } = row;
  return { id, status, movie: { id: movie.id, title: movie.title, runtimeMinutes: movie.runtimeMinutes }, ...placeAndTimes(row, room) };
}

function placeAndTimes(row: ShowtimeRow, room: RoomSummary) {
  return {
    theatre: { id: row.theatreId, name: room.theatre.name, timeZone: row.timeZone },
    room: { id: room.id, name: room.name },
    startsAt: row.startsAt.toISOString(),
    startsAtLocal: row.startsAtLocal,
    endsAt: row.endsAt.toISOString(),
    salesOpenAt: row.salesOpenAt?.toISOString() ?? null,
  };
}

function pricesView(prices: Prices, currency: string): PricesOfShowtimeView {
  return Object.fromEntries(Object.entries(prices).map(([category, amount]) => [category, { amount, currency }]));
}
