import { Controller, Get, Query, Req, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { chargeDecimals } from '@app/contracts/chargeable-currencies.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { ReadsReplica } from '@app/platform/http/reads-replica.js';
import { CapacityReport } from '../application/queries/capacity-report.js';
import { CapacityReportResponse, type ShowtimeCapacityView } from '../application/queries/capacity-report.view.js';
import { PopularMovies } from '../application/queries/popular-movies.js';
import { PopularMoviesResponse, type PopularMovieView } from '../application/queries/popular-movies.view.js';
import { Reconciliation } from '../application/queries/reconciliation.js';
import { type GapView, ReconciliationResponse } from '../application/queries/reconciliation.view.js';
import { RevenueReport } from '../application/queries/revenue-report.js';
import { RevenueReportResponse, type RevenueView } from '../application/queries/revenue-report.view.js';
import { PeriodReversed, PeriodTooLong } from '../domain/errors.js';
import { MAX_PERIOD_DAYS, MAX_RECONCILED_DAYS } from '../domain/period.js';
import { csvFile, wantsCsv } from './csv-file.js';
import { CapacityReportRequest, PopularMoviesRequest, ReconciliationRequest, RevenueReportRequest } from './reports.dto.js';

/** Rows that are read at once for a file. */
const FILE_PAGE = 500;

@ApiTags('admin')
@RequiresRight('reports.read')
@ReadsReplica({ by: 'everybody' })
@Controller('admin/reports')
export class ReportsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('capacity')
  @ApiOperation({
    operationId: 'getCapacityReport',
    summary: 'How full the showtimes of a period are',
    description:
      'By start; cancelled showtimes are left out. As CSV all pages are one file with the columns showtimeId, startsAt, startsAtLocal, movie, theatre, capacity, seatsSold, occupancy.',
  })
  @ApiOkResponse({ type: CapacityReportResponse })
  @Problems(new PeriodReversed(), new PeriodTooLong(MAX_PERIOD_DAYS))
  async getCapacityReport(
    @Query() { format, ...filter }: CapacityReportRequest,
    @Req() { headers }: FastifyRequest,
  ): Promise<CapacityReportResponse | StreamableFile> {
    const isCsv = wantsCsv(format, headers.accept);
    const first = await this.queries.execute(new CapacityReport(isCsv ? { ...filter, limit: FILE_PAGE } : filter));
    if (!isCsv) return first;
    const columns = ['showtimeId', 'startsAt', 'startsAtLocal', 'movie', 'theatre', 'capacity', 'seatsSold', 'occupancy'] as const;
    return csvFile<ShowtimeCapacityView>('capacity', columns, this.everyPage(first, filter));
  }

  @Get('revenue')
  @ApiOperation({
    operationId: 'getRevenueReport',
    summary: 'Money that arrived and was returned, by day, week, month, movie or theatre',
    description:
      'Money counts on the day on which it arrived, was returned or was lost in a dispute, in the calendar of its theatre. Each currency has a row of its own. CSV has the columns key, label, currency, received, refunded, net, lostInDisputes, decimals. Amounts are in minor units there too: divide them by 10 to the power of `decimals` for people.',
  })
  @ApiOkResponse({ type: RevenueReportResponse })
  @Problems(new PeriodReversed(), new PeriodTooLong(MAX_PERIOD_DAYS))
  async getRevenueReport(
    @Query() { format, ...filter }: RevenueReportRequest,
    @Req() { headers }: FastifyRequest,
  ): Promise<RevenueReportResponse | StreamableFile> {
    const report = await this.queries.execute(new RevenueReport(filter));
    if (!wantsCsv(format, headers.accept)) return report;
    return csvFile<RevenueView>('revenue', REVENUE_COLUMNS, report.data);
  }

  @Get('popular-movies')
  @ApiOperation({
    operationId: 'getPopularMoviesReport',
    summary: 'The movies that sold most seats in a period',
    description:
      'By the seats sold for showtimes of the period. CSV has the columns rank, movieId, title, showtimes, seatsSold, occupancy.',
  })
  @ApiOkResponse({ type: PopularMoviesResponse })
  @Problems(new PeriodReversed(), new PeriodTooLong(MAX_PERIOD_DAYS))
  async getPopularMoviesReport(
    @Query() { format, ...filter }: PopularMoviesRequest,
    @Req() { headers }: FastifyRequest,
  ): Promise<PopularMoviesResponse | StreamableFile> {
    const report = await this.queries.execute(new PopularMovies(filter));
    if (!wantsCsv(format, headers.accept)) return report;
    return csvFile<PopularMovieView>('popular-movies', ['rank', 'movieId', 'title', 'showtimes', 'seatsSold', 'occupancy'], report.data);
  }

  @Get('reconciliation')
  @ApiOperation({
    operationId: 'getReconciliationReport',
    summary: 'What Stripe said = payments = reservations = seats: each gap, with the call that mends it',
    description:
      "Compared are Stripe's messages that arrived in the period, payments that were begun and reservations that were confirmed in it, and the seats of showtimes that start in it. What happened in the last ten minutes is under way. Stripe itself is not asked: of what it never said, this report knows nothing. `POST /admin/payments/{id}/reconcile` asks it about one payment, and the command `reconcile --since` about all since a time; each night the worker asks about the last three days. CSV has the columns kind, paymentId, reservationId, showtimeId, seats, expected, found, currency, mend, mendBody, decimals. Amounts are in minor units there too: divide them by 10 to the power of `decimals` for people.",
  })
  @ApiOkResponse({ type: ReconciliationResponse })
  @Problems(new PeriodReversed(), new PeriodTooLong(MAX_RECONCILED_DAYS))
  async getReconciliationReport(
    @Query() { format, ...period }: ReconciliationRequest,
    @Req() { headers }: FastifyRequest,
  ): Promise<ReconciliationResponse | StreamableFile> {
    const report = await this.queries.execute(new Reconciliation(period));
    if (!wantsCsv(format, headers.accept)) return report;
    return csvFile<GapRow>('reconciliation', GAP_COLUMNS, report.data.map(gapRow));
  }

  private async *everyPage(
    first: CapacityReportResponse,
    filter: Omit<CapacityReportRequest, 'format'>,
  ): AsyncGenerator<ShowtimeCapacityView> {
    for (let response = first; ;) {
      yield* response.data;
      const cursor = response.page.nextCursor;
      if (cursor === null) return;
      response = await this.queries.execute(new CapacityReport({ ...filter, limit: FILE_PAGE, cursor }));
    }
  }
}

const REVENUE_COLUMNS = ['key', 'label', 'currency', 'received', 'refunded', 'net', 'lostInDisputes', 'decimals'] as const;

const GAP_COLUMNS = [
  'kind',
  'paymentId',
  'reservationId',
  'showtimeId',
  'seats',
  'expected',
  'found',
  'currency',
  'mend',
  'mendBody',
  'decimals',
] as const;
type GapRow = Record<(typeof GAP_COLUMNS)[number], string | number | null>;

function gapRow({ kind, paymentId, reservationId, showtimeId, seats, expected, found, mend }: GapView): GapRow {
  const currency = (expected ?? found)?.currency ?? null;
  return {
    kind,
    paymentId,
    reservationId,
    showtimeId,
    seats: seats.join(' '),
    expected: expected?.amount ?? null,
    found: found?.amount ?? null,
    currency,
    mend: mend === null ? null : `${mend.method} ${mend.path}`,
    mendBody: mend?.body ? JSON.stringify(mend.body) : null,
    decimals: currency === null ? null : chargeDecimals(currency),
  };
}
