import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ShowtimeStatuses, type ShowtimeStatusView } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import type { ShowtimeState } from '../../domain/showtime.js';

type Row = Pick<ShowtimeState, 'id' | 'version' | 'status' | 'cancelReason' | 'endsAt' | 'movedVersion' | 'movedAt'>;

@QueryHandler(ShowtimeStatuses)
export class ShowtimeStatusesHandler implements IQueryHandler<ShowtimeStatuses> {
  constructor(private readonly database: Database) {}

  async execute({ showtimeIds }: ShowtimeStatuses): Promise<ShowtimeStatusView[]> {
    if (showtimeIds.length === 0) return [];
    const rows = await this.database.prepared<Row>(
      `SELECT id, version, status, cancel_reason, ends_at, moved_version, moved_at FROM showtimes.showtimes WHERE id = ANY ($1)`,
      [showtimeIds],
    );
    return rows.map(({ id, endsAt, movedVersion, movedAt, ...status }) => ({
      showtimeId: id,
      ...status,
      endsAt: endsAt.toISOString(),
      lastMove: movedVersion === null || movedAt === null ? null : { version: movedVersion, at: movedAt.toISOString() },
    }));
  }
}
