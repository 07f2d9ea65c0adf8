import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ShowtimeNotFound } from '../../domain/errors.js';
import { SHOWTIME_COLUMNS, type ShowtimeListing, type ShowtimeRow, ViewsOfShowtimes } from './showtime-view.js';

export class ShowtimeDetail extends Query<ShowtimeListing> {
  constructor(readonly showtimeId: string) {
    super();
  }
}

@QueryHandler(ShowtimeDetail)
export class ShowtimeDetailHandler implements IQueryHandler<ShowtimeDetail> {
  constructor(
    private readonly database: Database,
    private readonly views: ViewsOfShowtimes,
  ) {}

  async execute({ showtimeId }: ShowtimeDetail): Promise<ShowtimeListing> {
    const rows = await this.database.prepared<ShowtimeRow>(`SELECT ${SHOWTIME_COLUMNS} FROM showtimes.showtimes WHERE id = $1`, [
      showtimeId,
    ]);
    const [listing] = await this.views.listings(rows);
    if (listing === undefined) throw new ShowtimeNotFound();
    return listing;
  }
}
