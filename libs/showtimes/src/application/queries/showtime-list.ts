import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { SHOWTIME_COLUMNS, type ShowtimeListing, type ShowtimeRow, ViewsOfShowtimes } from './showtime-view.js';

export interface ShowtimeListFilter {
  readonly status: 'scheduled' | 'cancelled';
  /** Each theatre's local day, `YYYY-MM-DD`. */
  readonly date?: string | undefined;
  readonly theatreId?: string | undefined;
  readonly roomId?: string | undefined;
  readonly movieId?: string | undefined;
  /** `from` ≤ start < `to`, ISO instants. Without `date` and `from`: what has not begun. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Start and id of the last one seen. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** Showtimes by start, one more than `limit` when there are more. */
export class ShowtimeList extends Query<ShowtimeListing[]> {
  constructor(readonly filter: ShowtimeListFilter) {
    super();
  }
}

@QueryHandler(ShowtimeList)
export class ShowtimeListHandler implements IQueryHandler<ShowtimeList> {
  constructor(
    private readonly database: Database,
    private readonly views: ViewsOfShowtimes,
    private readonly clock: Clock,
  ) {}

  async execute({ filter }: ShowtimeList): Promise<ShowtimeListing[]> {
    const parameters: unknown[] = [filter.status, filter.limit + 1];
    const conditions = ['status = $1'];
    const where = (condition: string, ...values: unknown[]): void => {
      let at = parameters.length;
      parameters.push(...values);
      conditions.push(condition.replaceAll('?', () => `$${++at}`));
    };
    if (filter.date !== undefined) where('left(starts_at_local, 10) = ?', filter.date);
    if (filter.theatreId !== undefined) where('theatre_id = ?', filter.theatreId);
    if (filter.roomId !== undefined) where('room_id = ?', filter.roomId);
    if (filter.movieId !== undefined) where('movie_id = ?', filter.movieId);
    // As dates: PostgreSQL knows neither the year 0 nor offsets beyond 15:59, which ISO 8601 allows.
    if (filter.from !== undefined) where('starts_at >= ?', new Date(filter.from));
    if (filter.to !== undefined) where('starts_at < ?', new Date(filter.to));
    if (filter.date === undefined && filter.from === undefined) where('starts_at > ?', this.clock.now());
    if (filter.after !== null) where('(starts_at, id) > (?::timestamptz, ?::uuid)', ...filter.after);
    const rows = await this.database.query<ShowtimeRow>(
      `SELECT ${SHOWTIME_COLUMNS} FROM showtimes.showtimes WHERE ${conditions.join(' AND ')} ORDER BY starts_at, id LIMIT $2`,
      parameters,
    );
    return this.views.listings(rows);
  }
}
