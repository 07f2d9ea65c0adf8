import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { keysetRows, type Page } from '@app/platform/persistence/keyset.js';
import { rangeOfDay } from './parts/day-in-theatres.js';
import { ShowtimeViews } from './parts/showtime-views.js';
import { SHOWTIME_COLUMNS, type ShowtimeRow, type ShowtimeView } from './showtime.view.js';

interface ShowtimesFilter {
  readonly status: readonly ('scheduled' | 'cancelled')[];
  /** Each theatre's local day, `YYYY-MM-DD`. */
  readonly date?: string | undefined;
  /** Any of these. */
  readonly theatreId?: readonly string[] | undefined;
  readonly roomId?: readonly string[] | undefined;
  readonly movieId?: readonly string[] | undefined;
  /** `from` ≤ start < `to`, ISO instants. Without `date` and `from`: showtimes that have not started. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The earliest start first, or the latest. */
  readonly sort: 'startsAt' | '-startsAt';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Showtimes by start. Throws `InvalidCursor`. */
export class Showtimes extends Query<Page<ShowtimeView>> {
  constructor(readonly filter: ShowtimesFilter) {
    super();
  }
}

@QueryHandler(Showtimes)
export class ShowtimesHandler implements IQueryHandler<Showtimes> {
  constructor(
    private readonly database: Database,
    private readonly views: ShowtimeViews,
    private readonly clock: Clock,
  ) {}

  async execute({ filter }: Showtimes): Promise<Page<ShowtimeView>> {
    const { status, date, theatreId, roomId, movieId, from, to, sort, limit, cursor } = filter;
    const isUpcomingOnly = date === undefined && from === undefined;
    const { rows, nextCursor } = await keysetRows<ShowtimeRow>(this.database, {
      select: `SELECT ${SHOWTIME_COLUMNS} FROM showtimes.showtimes`,
      filters: [
        // There are no others.
        ['status = ?', new Set(status).size > 1 ? undefined : status[0]],
        ['left(starts_at_local, 10) = ?', date],
        // With it the day of one theatre, room or movie is found through the index of that.
        ['starts_at >= ? AND starts_at < ?', ...(date === undefined ? [undefined] : rangeOfDay(date))],
        ['starts_at >= ?', instant(from)],
        ['starts_at < ?', instant(to)],
        ['starts_at > ?', isUpcomingOnly ? this.clock.now() : undefined],
      ],
      anyOf: [
        ['room_id', roomId],
        ['movie_id', movieId],
        ['theatre_id', theatreId],
      ],
      sort: [
        { column: 'starts_at', property: 'startsAt', type: 'timestamptz' },
        { column: 'id', property: 'id', type: 'uuid' },
      ],
      direction: sort === 'startsAt' ? 'asc' : 'desc',
      limit,
      cursor,
    });
    return { data: await this.views.viewsOf(rows), page: { nextCursor } };
  }
}

/** A `Date`, because PostgreSQL knows neither the year 0 nor offsets beyond 15:59, which ISO 8601 allows. */
function instant(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
