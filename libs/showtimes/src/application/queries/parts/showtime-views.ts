import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import type { ShowtimeOfDay, ShowtimeSummary } from '@app/contracts/showtimes.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { MoviesAndRooms, knownSummary } from '../../movies-and-rooms.js';
import { type ShowtimeRow, showtimeOfDay, showtimeSummary, type ShowtimeView, showtimeView } from '../showtime.view.js';

/** Completes rows with what the other contexts know, with one query to each of them for all rows. */
@Injectable()
export class ShowtimeViews {
  constructor(
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async viewsOf(rows: readonly ShowtimeRow[]): Promise<ShowtimeView[]> {
    if (rows.length === 0) return [];
    const [movies, rooms, taken] = await this.answers(
      () => this.moviesAndRooms.moviesOf(rows),
      () => this.moviesAndRooms.roomsOf(rows),
      () => this.seatsTaken(rows),
    );
    return rows.map((row) =>
      showtimeView(row, {
        movie: knownSummary(movies, row.movieId),
        room: knownSummary(rooms, row.roomId),
        seatsTaken: taken.get(row.id) ?? 0,
      }),
    );
  }

  async summariesOf(rows: readonly ShowtimeRow[]): Promise<ShowtimeSummary[]> {
    if (rows.length === 0) return [];
    const [movies, rooms] = await this.answers(
      () => this.moviesAndRooms.moviesOf(rows),
      () => this.moviesAndRooms.roomsOf(rows),
    );
    return rows.map((row) => showtimeSummary(row, { movie: knownSummary(movies, row.movieId), room: knownSummary(rooms, row.roomId) }));
  }

  /** For those who know the movies themselves. */
  async ofDay(rows: readonly ShowtimeRow[]): Promise<ShowtimeOfDay[]> {
    if (rows.length === 0) return [];
    const [rooms, taken] = await this.answers(
      () => this.moviesAndRooms.roomsOf(rows),
      () => this.seatsTaken(rows),
    );
    return rows.map((row) => showtimeOfDay(row, { room: knownSummary(rooms, row.roomId), seatsTaken: taken.get(row.id) ?? 0 }));
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

  private async seatsTaken(rows: readonly ShowtimeRow[]): Promise<Map<string, number>> {
    const showtimes = await this.queries.execute(new SeatsTakenOf(rows.map(({ id }) => id)));
    return new Map(showtimes.map(({ showtimeId, taken }) => [showtimeId, taken]));
  }
}
