import { Body, Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OptionalUserId } from '@app/platform/http/access/caller.js';
import { OptionallyLoggedIn, Public } from '@app/platform/http/access/route-access.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { BestSeatsOf } from '../application/queries/best-seats-of.js';
import { BestSeatsView } from '../application/queries/best-seats.view.js';
import { SeatMap } from '../application/queries/seat-map.js';
import { SeatMapView } from '../application/queries/seat-map.view.js';
import { SeatQuote } from '../application/queries/seat-quote.js';
import { SeatQuoteView } from '../application/queries/seat-quote.view.js';
import { NoSeatsTogether, NotOnSale, ShowtimeCancelled, ShowtimeNotFound, ShowtimeStarted } from '../domain/errors.js';
import { ReservationProblemMembers } from './problem-members.view.js';
import { BestSeatsRequest, SeatQuoteRequest } from './seats.dto.js';

@ApiTags('showtimes')
@ProblemMembers(ReservationProblemMembers)
@Controller()
export class SeatsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('showtimes/:id/seats')
  // The token adds `mine`.
  @OptionallyLoggedIn()
  @Cacheable()
  @ApiOperation({
    operationId: 'getSeatMap',
    summary: 'Every seat of a showtime with its price and whether it is taken',
    description:
      'The seats are those of the seat plan that the showtime was scheduled on. With a token, your own seats are marked as `mine`. ' +
      'Ask again with `If-None-Match`: the answer is 304 while nothing changed.',
  })
  @ApiOkResponse({ type: SeatMapView })
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Problems(new ShowtimeNotFound())
  getSeatMap(@OptionalUserId() userId: string | null, @Param('id', UuidPipe) id: string): Promise<string> {
    return this.queries.execute(new SeatMap(id, userId));
  }

  @Post('showtimes/:id/quote')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'quoteSeats',
    summary: 'What seats cost, and what a hold of them would be refused with',
    description:
      'Holds nothing: another customer may be faster. Seats that do not exist, that are taken, and a showtime that is not on sale are named in ' +
      '`refusals`. The limits of one customer are not looked at.',
  })
  @Problems(new ShowtimeNotFound())
  quoteSeats(@Param('id', UuidPipe) id: string, @Body() { seats }: SeatQuoteRequest): Promise<SeatQuoteView> {
    return this.queries.execute(new SeatQuote(id, seats));
  }

  @Post('showtimes/:id/best-seats')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'suggestSeats',
    summary: 'The best free seats for a group, explained',
    description:
      'Seats side by side in one row that leave no single seat beside them where it can be avoided, nearest to the middle of the best row, which ' +
      'is two thirds of the way from the screen to the back; a row counts like two seats. Accessible and companion seats are kept for those who ' +
      'ask, unless nothing else is left. Where no row has room, the group is divided in two groups of at least two seats. Holds nothing.',
  })
  @Problems(
    new ShowtimeNotFound(),
    new NoSeatsTogether({ requested: 4, mostTogether: 2, seatsLeft: 5 }),
    new NotOnSale('2026-12-01T09:00:00.000Z'),
    new ShowtimeStarted(),
    new ShowtimeCancelled(),
  )
  suggestSeats(@Param('id', UuidPipe) id: string, @Body() { count, category, accessible }: BestSeatsRequest): Promise<BestSeatsView> {
    return this.queries.execute(new BestSeatsOf(id, { count, category: category ?? null, accessible: accessible ?? false }));
  }
}
