/** What admins ask of the reports. */
import { IntersectionType, PickType } from '@nestjs/swagger';
import { IsIn, ValidateBy } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { IdList } from '@app/platform/http/query-list.js';
import { isDay } from '../domain/period.js';
import { REVENUE_GROUPS, type RevenueGroup } from '../application/queries/revenue-report.js';

const IsDay = () =>
  ValidateBy({
    name: 'isCalendarDay',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isDay(value),
      defaultMessage: () => 'must be a calendar day as YYYY-MM-DD',
    },
  });

class PeriodRequest {
  /**
   * First day, in the calendar of each theatre.
   * @example "2026-11-01"
   */
  @IsDay()
  from!: string;

  /**
   * Last day, included; at most 366 days.
   * @example "2026-11-30"
   */
  @IsDay()
  to!: string;

  /** `csv`: the whole report as a file for a spreadsheet, in UTF-8 with a byte order mark. Without it the `Accept` header decides: `text/csv` or `application/json`. */
  @MayBeLeftOut()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

export class ReconciliationRequest {
  /**
   * First day, in UTC.
   * @example "2026-11-01"
   */
  @IsDay()
  from!: string;

  /**
   * Last day, in UTC, included; at most 31 days.
   * @example "2026-11-30"
   */
  @IsDay()
  to!: string;

  /** `csv`: a file for a spreadsheet, in UTF-8 with a byte order mark. Without it the `Accept` header decides: `text/csv` or `application/json`. */
  @MayBeLeftOut()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

export class RevenueReportRequest extends PeriodRequest {
  /** What a row is about. Each currency has a row of its own. */
  @MayBeLeftOut()
  @IsIn(REVENUE_GROUPS)
  groupBy: RevenueGroup = 'day';
}

export class PopularMoviesRequest extends IntersectionType(PeriodRequest, PickType(PageRequest, ['limit'])) {
  /** Theatres: one id, or up to 20 separated by commas. */
  @IdList()
  theatreId?: string[];
}

export class CapacityReportRequest extends IntersectionType(PeriodRequest, PageRequest) {
  /** Theatres: one id, or up to 20 separated by commas. */
  @IdList()
  theatreId?: string[];

  /** Movies: one id, or up to 20 separated by commas. */
  @IdList()
  movieId?: string[];
}
