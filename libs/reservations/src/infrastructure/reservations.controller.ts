import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { LoggedIn } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { CancelReservation } from '../application/commands/cancel-reservation.js';
import { ChangeSeats } from '../application/commands/change-seats.js';
import { ExtendHold } from '../application/commands/extend-hold.js';
import { HoldSeats } from '../application/commands/hold-seats.js';
import { CancellationQuote } from '../application/queries/cancellation-quote.js';
import { CancellationQuoteView } from '../application/queries/cancellation-quote.view.js';
import { MyReservation } from '../application/queries/my-reservation.js';
import { MyReservations } from '../application/queries/my-reservations.js';
import { ReservationsResponse, ReservationView } from '../application/queries/reservation.view.js';
import {
  AlreadyAdmitted,
  AlreadyCompleted,
  AlreadyExtended,
  BookingCodeTaken,
  ChangeNotRefundable,
  HoldExpired,
  MoreWouldBeKept,
  NoSuchSeat,
  NotHeld,
  NotOnSale,
  ReservationNotFound,
  SeatingOutdated,
  SeatsDearer,
  SeatsNotChangeable,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeMoved,
  ShowtimeNotFound,
  ShowtimeStarted,
  TooLateToCancel,
  TooManyHolds,
  TooManyHoldsInAll,
  TooManySeats,
  TooManySeatsForShowtime,
  UnpaidHoldsTooLong,
} from '../domain/errors.js';
import { ReservationProblemMembers } from './problem-members.view.js';
import { HOLD_PER_ACCOUNT } from './rate-limits.js';
import { CancelReservationRequest, ChangeSeatsRequest, HoldSeatsRequest, MyReservationsRequest } from './reservations.dto.js';

const ADMITTED = new AlreadyAdmitted({ admittedAt: '2026-11-21T18:45:00.000Z' });
const KEPT = new MoreWouldBeKept({ refund: { amount: 0, currency: 'EUR' }, kept: { amount: 1250, currency: 'EUR' } });

@ApiTags('reservations')
@LoggedIn()
@ProblemMembers(ReservationProblemMembers)
@Controller()
export class ReservationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('reservations')
  @Created('/reservations/:id')
  @Idempotent()
  @RateLimited(HOLD_PER_ACCOUNT)
  @ApiOperation({
    operationId: 'holdSeats',
    summary: 'Hold seats of a showtime until they are paid',
    description:
      'All seats or none, at most 10. One customer has at most 3 live holds and 10 seats of a showtime, and `MAX_HOLDS_PER_CUSTOMER` (30) live holds for ' +
      'all showtimes together. These limits do not apply to users with the right `reservations.sell`, as the box office has: they sell to many people.',
  })
  @Problems(
    new ShowtimeNotFound(),
    new SeatsTaken({ labels: ['A1'], blockedByExpiredHold: false }),
    new SeatingOutdated(),
    new BookingCodeTaken(),
    new NoSuchSeat(['Z9']),
    new TooManySeats(10),
    new TooManyHolds({ limit: 3, blockedByExpiredHold: false }),
    new TooManyHoldsInAll({ limit: 30, blockedByExpiredHold: false }),
    new UnpaidHoldsTooLong(180 * 60_000),
    new TooManySeatsForShowtime({ limit: 10, blockedByExpiredHold: false }),
    new NotOnSale('2026-12-01T09:00:00.000Z'),
    new ShowtimeStarted(),
    new ShowtimeCancelled(),
  )
  holdSeats(@UserId() userId: string, @Body() request: HoldSeatsRequest): Promise<ReservationView> {
    return this.commands.execute(new HoldSeats(userId, request.showtimeId, request.seats));
  }

  @Get('reservations')
  @ApiOperation({ operationId: 'listMyReservations', summary: 'Your reservations in any status, newest first' })
  listMyReservations(@UserId() userId: string, @Query() filter: MyReservationsRequest): Promise<ReservationsResponse> {
    return this.queries.execute(new MyReservations(userId, filter));
  }

  @Get('reservations/:id')
  @ApiOperation({ operationId: 'getReservation', summary: 'One of your reservations' })
  @Problems(new ReservationNotFound())
  getReservation(@UserId() userId: string, @Param('id', UuidPipe) id: string): Promise<ReservationView> {
    return this.queries.execute(new MyReservation(userId, id));
  }

  @Post('reservations/:id/extend')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'extendHold',
    summary: 'Get more time to pay, once',
    description: 'The hold ends `EXTEND_SECONDS` (ten minutes) later, or at the start of the showtime if that is earlier.',
  })
  @AnswerExample({ heldUntil: '2026-11-21T18:40:00.000Z', secondsLeft: 2_400 })
  @Problems(
    new ReservationNotFound(),
    new AlreadyExtended(),
    new NotHeld('confirmed'),
    new HoldExpired(),
    new ShowtimeCancelled(),
    new ShowtimeMoved(),
  )
  async extendHold(@UserId() userId: string, @Param('id', UuidPipe) id: string): Promise<ReservationView> {
    await this.commands.execute(new ExtendHold(userId, id));
    return this.queries.execute(new MyReservation(userId, id));
  }

  @Put('reservations/:id/seats')
  @RateLimited(HOLD_PER_ACCOUNT)
  @ApiOperation({
    operationId: 'changeSeats',
    summary: 'Choose other seats of the same showtime, for the same price or less',
    description:
      'All of the new seats or none; until then you keep the old ones. Seats that you keep keep their price. Of a paid reservation the difference is ' +
      'refunded, and where the time for refunds is over, seats that cost less are refused; of a hold the total changes, and a payment that was begun for the old total is replaced: ask for the payment again.',
  })
  @AnswerExample({ seats: [{ label: 'A1', category: 'standard', price: { amount: 1250, currency: 'EUR' } }] })
  @Problems(
    new ReservationNotFound(),
    new SeatsTaken({ labels: ['A1'], blockedByExpiredHold: false }),
    new SeatingOutdated(),
    new SeatsNotChangeable('cancelled'),
    ADMITTED,
    new HoldExpired(),
    new NoSuchSeat(['Z9']),
    new TooManySeats(10),
    new TooManySeatsForShowtime({ limit: 10, blockedByExpiredHold: false }),
    new ChangeNotRefundable('2026-11-21T17:00:00.000Z'),
    new SeatsDearer({ currentTotal: { amount: 1250, currency: 'EUR' }, newTotal: { amount: 1500, currency: 'EUR' } }),
    new NotOnSale('2026-12-01T09:00:00.000Z'),
    new ShowtimeStarted(),
    new ShowtimeCancelled(),
    new ShowtimeMoved(),
  )
  async changeSeats(
    @UserId() userId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { seats }: ChangeSeatsRequest,
  ): Promise<ReservationView> {
    await this.commands.execute(new ChangeSeats(userId, id, seats));
    return this.queries.execute(new MyReservation(userId, id));
  }

  @Delete('reservations/:id')
  @ApiOperation({
    operationId: 'cancelReservation',
    summary: 'Cancel your reservation; a payment is refunded by the policy',
    description:
      'A hold may have been paid since it was read, and the time for refunds may have ended since the quote. So send the `kept.amount` of the quote as ' +
      '`keptAtMost` once the customer has agreed to it: a cancellation that would keep more of a payment is refused, with what would be refunded and kept ' +
      'now. Without `keptAtMost` the policy alone decides, and nothing may be refunded.',
  })
  @AnswerExample({
    status: 'cancelled',
    secondsLeft: null,
    endedAt: '2026-11-21T18:05:00.000Z',
    endReason: 'cancelled-by-customer',
    refund: { amount: { amount: 1250, currency: 'EUR' }, status: 'requested', reason: 'reservation-cancelled', paidOutAt: null },
  })
  @Problems(new ReservationNotFound(), new AlreadyCompleted(), ADMITTED, new HoldExpired(), KEPT, new TooLateToCancel())
  async cancelReservation(
    @UserId() userId: string,
    @Param('id', UuidPipe) id: string,
    @Query() agreement: CancelReservationRequest,
  ): Promise<ReservationView> {
    await this.commands.execute(new CancelReservation(userId, id, agreement));
    return this.queries.execute(new MyReservation(userId, id));
  }

  @Get('reservations/:id/cancellation')
  @ApiOperation({ operationId: 'getCancellationQuote', summary: 'What a cancellation would refund now' })
  @Problems(new ReservationNotFound())
  getCancellationQuote(@UserId() userId: string, @Param('id', UuidPipe) id: string): Promise<CancellationQuoteView> {
    return this.queries.execute(new CancellationQuote(userId, id));
  }
}
