import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Public, UserId } from '@app/platform/http/access.js';
import { Created } from '@app/platform/http/created.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { isInstant, isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { ProblemMembers } from '@app/platform/http/problem.view.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { CancelShowtime } from '../application/commands/cancel-showtime.js';
import { ChangeShowtime } from '../application/commands/change-showtime.js';
import { ScheduleShowtime } from '../application/commands/schedule-showtime.js';
import { ShowtimeDetail } from '../application/queries/showtime-detail.js';
import { ShowtimeList } from '../application/queries/showtime-list.js';
import type { ShowtimeListing } from '../application/queries/showtime-view.js';
import { ShowtimesOfMovie } from '../application/queries/showtimes-of-movie.js';
import {
  ChangedMeanwhile,
  MovieIsRetired,
  MovieNotFound,
  NoSuchMovie,
  NoSuchRoom,
  PriceMissing,
  PriceRefused,
  RoomIsClosed,
  RoomOccupied,
  SalesOpenTooLate,
  SeatsAreTaken,
  ShowtimeIsCancelled,
  ShowtimeNotFound,
  ShowtimeStarted,
  StartsInThePast,
  StartsTooFarAhead,
} from '../domain/errors.js';
import {
  CancelShowtimeRequest,
  ChangeShowtimeRequest,
  ScheduleShowtimeRequest,
  ShowtimeListRequest,
  ShowtimeListResponse,
  ShowtimeResponse,
} from './showtimes.dto.js';
import { ShowtimeProblemMembers } from './problem-members.view.js';

/** Of a place, a start and its terms, whether new or changed. */
const UNPLACEABLE = [
  new RoomOccupied({
    id: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34',
    startsAt: '2026-12-24T18:00:00.000Z',
    endsAt: '2026-12-24T20:00:00.000Z',
  }),
  new NoSuchRoom(),
  new MovieIsRetired(),
  new RoomIsClosed(),
  new StartsInThePast(),
  new StartsTooFarAhead(new Date('2028-11-20T18:00:00.000Z')),
  new SalesOpenTooLate(),
  new PriceMissing('premium'),
  new PriceRefused('standard', { currency: 'EUR', minimum: 50, maximum: 9_999_999, multipleOf: 1 }),
];

@ApiTags('showtimes')
@ProblemMembers(ShowtimeProblemMembers)
@Controller()
export class ShowtimesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('showtimes')
  @AdminOnly()
  @Idempotent()
  @Created('/showtimes/:id')
  @ApiOperation({ operationId: 'scheduleShowtime', summary: 'Schedule a movie in a room' })
  @Problems(401, 403, new NoSuchMovie(), ...UNPLACEABLE)
  scheduleShowtime(@Body() { salesOpenAt, ...request }: ScheduleShowtimeRequest): Promise<ShowtimeResponse> {
    return this.commands.execute(new ScheduleShowtime({ ...request, salesOpenAt: salesOpenAt ?? null }));
  }

  @Get('showtimes')
  @Public()
  @ApiOperation({ operationId: 'listShowtimes', summary: 'Showtimes by start; what is to come unless asked otherwise' })
  @Problems(401)
  async listShowtimes(@Query() { cursor, ...filter }: ShowtimeListRequest): Promise<ShowtimeListResponse> {
    const showtimes = await this.queries.execute(new ShowtimeList({ ...filter, after: afterOf(cursor) }));
    return pageOf(showtimes, filter.limit, byStart, asItIs);
  }

  @Get('movies/:id/showtimes')
  @Public()
  @ApiOperation({ operationId: 'listShowtimesOfMovie', summary: 'What is to come of a movie, by start' })
  @Problems(401, new MovieNotFound())
  async listShowtimesOfMovie(@Param('id', UuidPipe) id: string, @Query() { limit, cursor }: PageRequest): Promise<ShowtimeListResponse> {
    const showtimes = await this.queries.execute(new ShowtimesOfMovie(id, afterOf(cursor), limit));
    return pageOf(showtimes, limit, byStart, asItIs);
  }

  @Get('showtimes/:id')
  @Public()
  @ApiOperation({ operationId: 'readShowtime', summary: 'One showtime, cancelled or not' })
  @Problems(401, new ShowtimeNotFound())
  readShowtime(@Param('id', UuidPipe) id: string): Promise<ShowtimeResponse> {
    return this.queries.execute(new ShowtimeDetail(id));
  }

  @Patch('showtimes/:id')
  @AdminOnly()
  @ApiOperation({
    operationId: 'changeShowtime',
    summary: 'Change prices or the start of sales; time or room only while nobody holds a seat',
  })
  @Problems(
    401,
    403,
    new ShowtimeNotFound(),
    new SeatsAreTaken(3),
    new ChangedMeanwhile(),
    new ShowtimeStarted(),
    new ShowtimeIsCancelled(),
    ...UNPLACEABLE,
  )
  changeShowtime(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() request: ChangeShowtimeRequest,
  ): Promise<ShowtimeResponse> {
    return this.commands.execute(new ChangeShowtime(adminId, id, request));
  }

  @Delete('showtimes/:id')
  @AdminOnly()
  @ApiOperation({ operationId: 'cancelShowtime', summary: 'Cancel a showtime; everybody gets their money back' })
  @AnswerExample({ status: 'cancelled' })
  @Problems(401, 403, new ShowtimeNotFound(), new ShowtimeStarted())
  cancelShowtime(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Query() { reason }: CancelShowtimeRequest,
  ): Promise<ShowtimeResponse> {
    return this.commands.execute(new CancelShowtime(adminId, id, reason ?? null));
  }
}

function afterOf(cursor: string | undefined): readonly string[] | null {
  return readCursor(cursor, [isInstant, isUuid]);
}

function byStart({ startsAt, id }: ShowtimeListing): string[] {
  return [startsAt, id];
}

function asItIs(listing: ShowtimeListing): ShowtimeListing {
  return listing;
}
