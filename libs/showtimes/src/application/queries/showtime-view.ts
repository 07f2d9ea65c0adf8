import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type MovieSummary, MoviesByIds } from '@app/contracts/movies.js';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import { RoomsByIds, type RoomSummary, type SeatCategory } from '@app/contracts/rooms.js';
import type { Prices, ShowtimeSummary } from '@app/contracts/showtimes.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Database } from '@app/platform/persistence/database.js';
import type { ShowtimeState } from '../../domain/showtime.js';

/** A showtime as anybody may see it. */
export interface ShowtimeListing {
  id: string;
  status: 'scheduled' | 'cancelled';
  movie: { id: string; title: string; runtimeMinutes: number };
  theatre: { id: string; name: string; timeZone: string };
  room: { id: string; name: string };
  startsAt: string;
  startsAtLocal: string;
  endsAt: string;
  prices: Partial<Record<SeatCategory, MoneyJson>>;
  seatsLeft: number;
  salesOpenAt: string | null;
}

export type ShowtimeRow = Pick<
  ShowtimeState,
  | 'id'
  | 'version'
  | 'status'
  | 'movieId'
  | 'roomId'
  | 'theatreId'
  | 'seatPlanVersion'
  | 'seats'
  | 'startsAt'
  | 'startsAtLocal'
  | 'endsAt'
  | 'timeZone'
  | 'currency'
  | 'prices'
  | 'salesOpenAt'
>;

export const SHOWTIME_COLUMNS = `id, version, status, movie_id, room_id, theatre_id,
  seat_plan_version, seats, starts_at, starts_at_local, ends_at,
  time_zone, currency, prices, sales_open_at`;

/** Completes rows with what the other contexts know: one question each, however many rows. */
@Injectable()
export class ViewsOfShowtimes {
  constructor(
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async published(rows: readonly ShowtimeRow[]): Promise<ShowtimeSummary[]> {
    if (rows.length === 0) return [];
    const [movies, rooms] = await this.answers(
      () => this.movies(rows),
      () => this.rooms(rows),
    );
    return rows.map((row) => publishedView(row, known(movies, row.movieId), known(rooms, row.roomId)));
  }

  async listings(rows: readonly ShowtimeRow[]): Promise<ShowtimeListing[]> {
    if (rows.length === 0) return [];
    const [movies, rooms, taken] = await this.answers(
      () => this.movies(rows),
      () => this.rooms(rows),
      () => this.taken(rows),
    );
    return rows.map((row) => listingOf(row, known(movies, row.movieId), known(rooms, row.roomId), taken.get(row.id) ?? 0));
  }

  /** At once outside a transaction; inside one there is a single connection, on which node-pg wants one question after another. */
  private async answers<Asked extends readonly (() => Promise<unknown>)[]>(
    ...ask: Asked
  ): Promise<{ -readonly [Q in keyof Asked]: Awaited<ReturnType<Asked[Q]>> }> {
    const answers: unknown[] = [];
    if (this.database.inTransaction) for (const question of ask) answers.push(await question());
    else answers.push(...(await Promise.all(ask.map((question) => question()))));
    return answers as { -readonly [Q in keyof Asked]: Awaited<ReturnType<Asked[Q]>> };
  }

  private async movies(rows: readonly ShowtimeRow[]): Promise<Map<string, MovieSummary>> {
    const movies = await this.queries.execute(new MoviesByIds([...new Set(rows.map(({ movieId }) => movieId))]));
    return new Map(movies.map((movie) => [movie.id, movie]));
  }

  private async rooms(rows: readonly ShowtimeRow[]): Promise<Map<string, RoomSummary>> {
    const rooms = await this.queries.execute(new RoomsByIds([...new Set(rows.map(({ roomId }) => roomId))]));
    return new Map(rooms.map((room) => [room.id, room]));
  }

  private async taken(rows: readonly ShowtimeRow[]): Promise<Map<string, number>> {
    const taken = await this.queries.execute(new SeatsTakenOf(rows.map(({ id }) => id)));
    return new Map(taken.map((showtime) => [showtime.showtimeId, showtime.taken]));
  }
}

export function listingOf(row: ShowtimeRow, movie: MovieSummary, room: RoomSummary, seatsTaken: number): ShowtimeListing {
  return { ...faceOf(row, movie, room), prices: moneyOf(row.prices, row.currency), seatsLeft: Math.max(0, row.seats - seatsTaken) };
}

function publishedView(row: ShowtimeRow, movie: MovieSummary, room: RoomSummary): ShowtimeSummary {
  const { version, seatPlanVersion, currency, prices } = row;
  return { ...faceOf(row, movie, room), version, seatPlanVersion, currency, prices };
}

function faceOf(row: ShowtimeRow, movie: MovieSummary, room: RoomSummary) {
  return {
    id: row.id,
    status: row.status,
    movie: { id: movie.id, title: movie.title, runtimeMinutes: movie.runtimeMinutes },
    theatre: { id: row.theatreId, name: room.theatre.name, timeZone: row.timeZone },
    room: { id: room.id, name: room.name },
    startsAt: row.startsAt.toISOString(),
    startsAtLocal: row.startsAtLocal,
    endsAt: row.endsAt.toISOString(),
    salesOpenAt: row.salesOpenAt?.toISOString() ?? null,
  };
}

function moneyOf(prices: Prices, currency: string): Partial<Record<SeatCategory, MoneyJson>> {
  return Object.fromEntries(Object.entries(prices).map(([category, amount]) => [category, { amount, currency }]));
}

function known<Summary>(summaries: ReadonlyMap<string, Summary>, id: string): Summary {
  const summary = summaries.get(id);
  if (summary === undefined) throw new Error(`Nobody knows ${id}, yet a showtime was scheduled with it`);
  return summary;
}
