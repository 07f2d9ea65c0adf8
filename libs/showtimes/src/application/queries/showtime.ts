import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ShowtimeNotFound } from '../../domain/errors.js';
import { ShowtimeViews } from './parts/showtime-views.js';
import { SHOWTIME_COLUMNS, type ShowtimeRow, type ShowtimeView } from './showtime.view.js';

/** One showtime, cancelled or not. Throws `ShowtimeNotFound`. */
export class Showtime extends Query<ShowtimeView> {
  constructor(readonly showtimeId: string) {
    super();
  }
}

@QueryHandler(Showtime)
export class ShowtimeHandler implements IQueryHandler<Showtime> {
  constructor(
    private readonly database: Database,
    private readonly views: ShowtimeViews,
  ) {}

  async execute({ showtimeId }: Showtime): Promise<ShowtimeView> {
    const sql = `SELECT ${SHOWTIME_COLUMNS} FROM showtimes.showtimes WHERE id = $1`;
    const [view] = await this.views.viewsOf(await this.database.prepared<ShowtimeRow>(sql, [showtimeId]));
    if (view === undefined) throw new ShowtimeNotFound();
    return view;
  }
}
