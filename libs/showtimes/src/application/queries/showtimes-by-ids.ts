import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ShowtimesByIds, type ShowtimeSummary } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import { ShowtimeViews } from './parts/showtime-views.js';
import { SHOWTIME_COLUMNS, type ShowtimeRow } from './showtime.view.js';

@QueryHandler(ShowtimesByIds)
export class ShowtimesByIdsHandler implements IQueryHandler<ShowtimesByIds> {
  constructor(
    private readonly database: Database,
    private readonly views: ShowtimeViews,
  ) {}

  async execute({ showtimeIds }: ShowtimesByIds): Promise<ShowtimeSummary[]> {
    // With the inner SELECT one id is planned like ten, so that PostgreSQL keeps the plan.
    const rows = await this.database.byKeys<ShowtimeRow>(
      `SELECT ${SHOWTIME_COLUMNS} FROM showtimes.showtimes WHERE id = ANY ((SELECT $1::uuid[])::uuid[])`,
      showtimeIds,
      'id',
    );
    return this.views.summariesOf(rows);
  }
}
