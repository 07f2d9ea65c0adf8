import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type MovieSummary, MoviesByIds } from '@app/contracts/movies.js';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import { RoomsByIds, type RoomSummary } from '@app/contracts/rooms.js';
import type { ShowtimeOfDay, ShowtimeSummary } from '@app/contracts/showtimes.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type ShowtimeRow, showtimeOfDay, showtimeSummary, type ShowtimeView, showtimeView } from '../showtime.view.js';

/** Completes rows with what the other contexts know, with one query to each of them for all rows. */
@Injectable()
export class ShowtimeViews {
  constructor(
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async viewsOf(rows: readonly ShowtimeRow[]): Promise<ShowtimeView[]> {
    if (rows.length === 0) return [];
    const [movies, rooms, taken] = await this.answers(
      () => this.movies(rows),
      () => this.rooms(rows),
      () => this.seatsTaken(rows),
    );
    return rows.map((row) =>
      showtimeView(row, { movie: known(movies, row.movieId), room: known(rooms, row.roomId), seatsTaken: taken.get(row.id) ?? 0 }),
    );
  }

  async summariesOf(rows: readonly ShowtimeRow[]): Promise<ShowtimeSummary[]> {
    if (rows.length === 0) return [];
    const [movies, rooms] = await this.answers(
      () => this.movies(rows),
      () => this.rooms(rows),
    );
    return rows.map((row) => showtimeSummary(row, { movie: known(movies, row.movieId), room: known(rooms, row.roomId) }));
  }

  /** For those who know the movies themselves. */
  async ofDay(rows: readonly ShowtimeRow[]): Promise<ShowtimeOfDay[]> {
    if (rows.length === 0) return [];
    const [rooms, taken] = await this.answers(
      () => this.rooms(rows),
      () => this.seatsTaken(rows),
    );
    return rows.map((row) => showtimeOfDay(row, { room: known(rooms, row.roomId), seatsTaken: taken.get(row.id) ?? 0 }));
  }

  /** In parallel outside a transaction. A transaction has one connection, and node-pg needs one query after another on it. */
  private async answers<Asked extends readonly (() => Promise<unknown>)[]>(
    ...ask: Asked
  ): Promise<{ -readonly [Q in keyof Asked]: Awaited<ReturnType<Asked[Q]>> }> {
    const answers: unknown[] = [];
    if (this.transactions.isActive) for (const query of ask) answers.push(await query());
    else answers.push(...(await Promise.all(ask.map((query) => query()))));
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

  private async seatsTaken(rows: readonly ShowtimeRow[]): Promise<Map<string, number>> {
    const showtimes = await this.queries.execute(new SeatsTakenOf(rows.map(({ id }) => id)));
    return new Map(showtimes.map(({ showtimeId, taken }) => [showtimeId, taken]));
  }
}

function known<Summary>(summaries: ReadonlyMap<string, Summary>, id: string): Summary {
  const summary = summaries.get(id);
  if (summary === undefined) throw new Error(`A showtime refers to ${id}, which no context knows`);
  return summary;
}
