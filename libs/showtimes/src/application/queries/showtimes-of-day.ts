import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type ShowtimeOfDay, ShowtimesOfDay } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import { onDay } from './parts/day-in-theatres.js';
import { ShowtimeViews } from './parts/showtime-views.js';
import { SHOWTIME_COLUMNS, type ShowtimeRow } from './showtime.view.js';

@QueryHandler(ShowtimesOfDay)
export class ShowtimesOfDayHandler implements IQueryHandler<ShowtimesOfDay> {
  constructor(
    private readonly database: Database,
    private readonly views: ShowtimeViews,
  ) {}

  async execute({ when, movieIds, limitPerMovie }: ShowtimesOfDay): Promise<ShowtimeOfDay[]> {
    if (movieIds.length === 0) return [];
    const { conditions, parameters, next } = onDay(when);
    const rows = await this.database.prepared<ShowtimeRow>(
      `SELECT showtime.* FROM unnest(${next}::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
         SELECT ${SHOWTIME_COLUMNS} FROM showtimes.showtimes WHERE movie_id = wanted_id AND ${conditions}
         ORDER BY starts_at, id LIMIT ${Math.trunc(limitPerMovie)}) AS showtime
       ORDER BY showtime.starts_at, showtime.id`,
      [...parameters, movieIds],
    );
    return this.views.ofDay(rows);
  }
}
