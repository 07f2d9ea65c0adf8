import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight, Public } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { ReadsReplica } from '@app/platform/http/reads-replica.js';
import { DryRunRequest } from '@app/platform/http/dry-run.dto.js';
import { DoneOrDryRun } from '@app/platform/http/dry-run.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { CancelShowtime } from '../application/commands/cancel-showtime.js';
import { ChangeShowtime } from '../application/commands/change-showtime.js';
import { ScheduleShowtime } from '../application/commands/schedule-showtime.js';
import { ShowtimeDryRun } from '../application/queries/showtime-dry-run.js';
import { ShowtimeDryRunView } from '../application/queries/showtime-dry-run.view.js';
import { Showtime } from '../application/queries/showtime.js';
import { ShowtimesResponse, ShowtimeView } from '../application/queries/showtime.view.js';
import { ShowtimesOfMovie } from '../application/queries/showtimes-of-movie.js';
import { Showtimes } from '../application/queries/showtimes.js';
import {
  ChangedMeanwhile,
  MovieNotFound,
  MovieRetired,
  NoSuchMovie,
  NoSuchRoom,
  PriceMissing,
  PriceRefused,
  RoomClosed,
  SalesOpenTooLate,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeNotFound,
  ShowtimesOverlap,
  ShowtimeStarted,
  StartsInThePast,
  StartsTooFarAhead,
} from '../domain/errors.js';
import { ShowtimeProblemMembers } from './problem-members.view.js';
import { CancelShowtimeRequest, ChangeShowtimeRequest, ScheduleShowtimeRequest, ShowtimesRequest } from './showtimes.dto.js';

/** How a room, a start or terms can be refused, new or changed. */
const REFUSED_PLACEMENTS = [
  new ShowtimesOverlap({
    id: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34',
    startsAt: '2026-12-24T18:00:00.000Z',
    endsAt: '2026-12-24T20:00:00.000Z',
  }),
  new NoSuchRoom(),
  new MovieRetired(),
  new RoomClosed(),
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
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Post('showtimes')
  @RequiresRight('showtimes.manage')
  @Idempotent()
  @Created('/showtimes/:id', { isVersioned: true })
  @ApiOperation({ operationId: 'scheduleShowtime', summary: 'Schedule a movie in a room' })
  @Problems(new NoSuchMovie(), ...REFUSED_PLACEMENTS)
  scheduleShowtime(@UserId() adminId: string, @Body() { salesOpenAt = null, ...request }: ScheduleShowtimeRequest): Promise<ShowtimeView> {
    return this.admin.execute(new ScheduleShowtime(adminId, { ...request, salesOpenAt }));
  }

  @Get('showtimes')
  @Public()
  @Cacheable()
  @ReadsReplica()
  @ApiOperation({
    operationId: 'listShowtimes',
    summary: 'Showtimes by start; without `date` and `from` only those that have not started',
    description:
      'Filters narrow each other. Several theatres, rooms or movies are separated by commas: showtimes of any of them are listed.',
  })
  async listShowtimes(@Query() filter: ShowtimesRequest): Promise<ShowtimesResponse> {
    return this.queries.execute(new Showtimes(filter));
  }

  @Get('movies/:id/showtimes')
  @Public()
  @Cacheable()
  @ReadsReplica()
  @ApiOperation({ operationId: 'listShowtimesOfMovie', summary: 'Showtimes of a movie that have not started, by start' })
  @Problems(new MovieNotFound())
  async listShowtimesOfMovie(@Param('id', UuidPipe) id: string, @Query() filter: PageRequest): Promise<ShowtimesResponse> {
    return this.queries.execute(new ShowtimesOfMovie(id, filter));
  }

  @Get('showtimes/:id')
  @Public()
  @Cacheable()
  @ReadsReplica()
  @ApiOperation({ operationId: 'getShowtime', summary: 'One showtime, cancelled or not' })
  @Problems(new ShowtimeNotFound())
  getShowtime(@Param('id', UuidPipe) id: string): Promise<ShowtimeView> {
    return this.queries.execute(new Showtime(id));
  }

  @HonoursIfMatch()
  @Patch('showtimes/:id')
  @RequiresRight('showtimes.manage')
  @ApiOperation({
    operationId: 'changeShowtime',
    summary: 'Change prices or the start of sales; time or room only while no seat is taken',
    description:
      'What is left out stays as it is. Reservations keep the prices that they were held at. With `dryRun=true` the answer says what the request ' +
      'would do to reservations, money and events, or what it would be refused with, and nothing is done.',
  })
  @DoneOrDryRun(ShowtimeView, ShowtimeDryRunView)
  @Problems(
    new ShowtimeNotFound(),
    new SeatsTaken(3),
    new ChangedMeanwhile(),
    new ShowtimeStarted(),
    new ShowtimeCancelled(),
    ...REFUSED_PLACEMENTS,
  )
  async changeShowtime(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() request: ChangeShowtimeRequest,
    @Query() { dryRun }: DryRunRequest,
  ): Promise<ShowtimeView | ShowtimeDryRunView> {
    const command = new ChangeShowtime(adminId, id, request);
    if (dryRun) return this.queries.execute(new ShowtimeDryRun(command));
    await this.admin.execute(command);
    return this.queries.execute(new Showtime(id));
  }

  @HonoursIfMatch()
  @Delete('showtimes/:id')
  @RequiresRight('showtimes.manage')
  @ApiOperation({
    operationId: 'cancelShowtime',
    summary: 'Cancel a showtime; all payments are refunded',
    description:
      'A cancelled showtime did not take place: nothing is kept of any reservation. With `dryRun=true` the answer says what the request would do ' +
      'to reservations, money and events, or what it would be refused with, and nothing is done.',
  })
  @DoneOrDryRun(ShowtimeView, ShowtimeDryRunView)
  @AnswerExample({ status: 'cancelled' })
  @Problems(new ShowtimeNotFound(), new ShowtimeStarted())
  async cancelShowtime(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Query() { reason, dryRun }: CancelShowtimeRequest,
  ): Promise<ShowtimeView | ShowtimeDryRunView> {
    const command = new CancelShowtime(adminId, id, reason ?? null);
    if (dryRun) return this.queries.execute(new ShowtimeDryRun(command));
    await this.admin.execute(command);
    return this.queries.execute(new Showtime(id));
  }
}
