import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset } from '@app/platform/persistence/keyset.js';
import { assertPeriod, type Period } from '../../domain/period.js';
import type { CapacityReportResponse, ShowtimeCapacityView } from './capacity-report.view.js';

interface CapacityFilter extends Period {
  /** Any of these. */
  readonly theatreId?: readonly string[] | undefined;
  readonly movieId?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface Row {
  readonly showtimeId: string;
  readonly startsAt: Date;
  readonly startsAtLocal: string;
  readonly movie: string;
  readonly theatre: string;
  readonly capacity: number;
  readonly seatsSold: number;
}

/** How full the showtimes of a period are, by start; cancelled ones are left out. Throws `PeriodReversed`, `PeriodTooLong` and `InvalidCursor`. */
export class CapacityReport extends Query<CapacityReportResponse> {
  constructor(readonly filter: CapacityFilter) {
    super();
  }
}

@QueryHandler(CapacityReport)
export class CapacityReportHandler implements IQueryHandler<CapacityReport> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { from, to, theatreId, movieId, limit, cursor } }: CapacityReport): Promise<CapacityReportResponse> {
    assertPeriod({ from, to });
    return keyset<Row, ShowtimeCapacityView>(this.database, {
      select: `SELECT s.showtime_id, s.starts_at, to_char(s.starts_at AT TIME ZONE t.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS') AS starts_at_local,
          m.title AS movie, t.name AS theatre, s.capacity,
          (SELECT coalesce(sum(r.seats_sold), 0)::int FROM reports.reservations r WHERE r.showtime_id = s.showtime_id) AS seats_sold
        FROM reports.showtimes s JOIN reports.theatres t USING (theatre_id) JOIN reports.movies m USING (movie_id)`,
      filters: [
        // No zone is more than a day away from UTC: so the index on the start is used.
        [`s.starts_at >= ?::date - 1`, from],
        [`s.starts_at < ?::date + 2`, to],
        [`(s.starts_at AT TIME ZONE t.time_zone)::date BETWEEN ? AND ?`, from, to],
        ['NOT s.cancelled'],
      ],
      anyOf: [
        ['s.movie_id', movieId],
        ['s.theatre_id', theatreId],
      ],
      sort: [
        { column: 's.starts_at', property: 'startsAt', type: 'timestamptz' },
        { column: 's.showtime_id', property: 'showtimeId', type: 'uuid' },
      ],
      direction: 'asc',
      limit,
      cursor,
      view: ({ startsAt, ...row }) => ({ ...row, startsAt: startsAt.toISOString(), occupancy: rounded(row.seatsSold / row.capacity) }),
    });
  }
}

/** To four decimals. */
function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
