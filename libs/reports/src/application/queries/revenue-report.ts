import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { chargeDecimals } from '@app/contracts/chargeable-currencies.js';
import { Database } from '@app/platform/persistence/database.js';
import { assertPeriod, type Period, periodDays } from '../../domain/period.js';
import type { RevenueReportResponse, RevenueView } from './revenue-report.view.js';

export const REVENUE_GROUPS = ['day', 'week', 'month', 'movie', 'theatre'] as const;
export type RevenueGroup = (typeof REVENUE_GROUPS)[number];

/** Key and label of a group, in SQL. */
const GROUPS: Record<RevenueGroup, readonly [key: string, label: string]> = {
  day: [`to_char(local, 'YYYY-MM-DD')`, `to_char(local, 'YYYY-MM-DD')`],
  week: [`to_char(local, 'IYYY-"W"IW')`, `to_char(local, 'IYYY-"W"IW')`],
  month: [`to_char(local, 'YYYY-MM')`, `to_char(local, 'YYYY-MM')`],
  movie: ['movie_id', 'movie'],
  theatre: ['theatre_id', 'theatre'],
};

/** A month of ten years is looked up. For longer periods PostgreSQL chooses; of a year it reads every reservation once. */
const LOOKUP_DAYS = 31;
const AS_POSTGRES_CHOOSES = 'LEFT JOIN reports.reservations r USING (reservation_id)';
/** With OFFSET PostgreSQL cannot turn it into the other one, which it takes for cheaper from some days on. */
const BY_LOOKUP =
  'LEFT JOIN LATERAL (SELECT showtime_id FROM reports.reservations o WHERE o.reservation_id = m.reservation_id OFFSET 0) r ON true';

interface RevenueFilter extends Period {
  readonly groupBy: RevenueGroup;
}

/**
 * The money of a period by the day on which it arrived, was returned or was lost, in the calendar of its theatre. Money whose showtime is not known counts
 * on its day in UTC. Throws `PeriodReversed` and `PeriodTooLong`.
 */
export class RevenueReport extends Query<RevenueReportResponse> {
  constructor(readonly filter: RevenueFilter) {
    super();
  }
}

@QueryHandler(RevenueReport)
export class RevenueReportHandler implements IQueryHandler<RevenueReport> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { from, to, groupBy } }: RevenueReport): Promise<RevenueReportResponse> {
    assertPeriod({ from, to });
    const [key, label] = GROUPS[groupBy];
    const rows = await this.database.query<Omit<RevenueView, 'decimals'>>(
      `SELECT ${key} AS key, ${label} AS label, currency,
         coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::float8 AS received,
         coalesce(-sum(amount) FILTER (WHERE amount < 0 AND NOT lost_in_dispute), 0)::float8 AS refunded,
         coalesce(-sum(amount) FILTER (WHERE lost_in_dispute), 0)::float8 AS lost_in_disputes,
         sum(amount)::float8 AS net
       FROM (
         SELECT m.amount, m.currency, m.lost_in_dispute, m.at AT TIME ZONE coalesce(t.time_zone, 'UTC') AS local,
           s.movie_id, v.title AS movie, s.theatre_id, t.name AS theatre
         FROM reports.money m
         ${periodDays({ from, to }) <= LOOKUP_DAYS ? BY_LOOKUP : AS_POSTGRES_CHOOSES}
         LEFT JOIN reports.showtimes s USING (showtime_id)
         LEFT JOIN reports.movies v USING (movie_id)
         LEFT JOIN reports.theatres t USING (theatre_id)
         -- No zone is more than a day away from UTC: so the index on the time is used.
         WHERE m.at >= $1::date - 1 AND m.at < $2::date + 2 AND m.amount <> 0) moved
       WHERE local::date BETWEEN $1::date AND $2::date
       GROUP BY 1, 2, 3 ORDER BY 1, 3`,
      [from, to],
    );
    return { data: rows.map((row) => ({ ...row, decimals: chargeDecimals(row.currency) })) };
  }
}
