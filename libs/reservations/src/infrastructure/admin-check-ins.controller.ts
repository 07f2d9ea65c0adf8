import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { AdmitCustomer } from '../application/commands/admit-customer.js';
import { MarkNoShows } from '../application/commands/mark-no-shows.js';
import { AdminReservationView } from '../application/queries/admin-reservation.view.js';
import { NoShowsView } from '../application/queries/no-shows.view.js';
import { ReservationForAdmin } from '../application/queries/reservation-for-admin.js';
import {
  AlreadyAdmitted,
  CheckInClosed,
  CheckInNotOpen,
  NotConfirmed,
  ReservationNotFound,
  ShowtimeCancelled,
  ShowtimeMoved,
  ShowtimeNotFound,
  ShowtimeNotOver,
} from '../domain/errors.js';
import { CheckInRequest } from './admin-reservations.dto.js';
import { ReservationProblemMembers } from './problem-members.view.js';

@ApiTags('admin')
@RequiresRight('reservations.check-in')
@ProblemMembers(ReservationProblemMembers)
@Controller('admin')
export class AdminCheckInsController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Post('check-ins')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'checkInCustomer',
    summary: 'Let a customer in by the booking code, once',
    description:
      'Only a confirmed reservation, from `CHECK_IN_MINUTES_BEFORE_START` (two hours) before the start until the end of the showtime. A second scan is ' +
      'refused, and says when the first was and by whom. The answer has movie, room and seats, so that nobody is let in to the wrong room. ' +
      'From then on the customer can neither cancel nor change seats.',
  })
  @AnswerExample({
    status: 'confirmed',
    secondsLeft: null,
    admittedAt: '2026-11-21T18:45:00.000Z',
    admittedBy: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b19',
  })
  @Problems(
    new ReservationNotFound(),
    new NotConfirmed('cancelled'),
    new AlreadyAdmitted({ admittedAt: '2026-11-21T18:45:00.000Z', admittedBy: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b19' }),
    new ShowtimeCancelled(),
    new ShowtimeMoved(),
    new CheckInNotOpen('2026-11-21T17:00:00.000Z'),
    new CheckInClosed('2026-11-21T21:33:00.000Z'),
  )
  async checkInCustomer(@UserId() adminId: string, @Body() { code }: CheckInRequest): Promise<AdminReservationView> {
    const id = await this.admin.execute(new AdmitCustomer(adminId, code));
    return this.queries.execute(new ReservationForAdmin(id));
  }

  @Post('showtimes/:id/no-shows')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'markNoShows',
    summary: 'Mark the reservations of a showtime whose customers did not come',
    description:
      'After the end of the showtime: every confirmed or completed reservation without a check-in gets `noShow`. Nothing is refunded by it. ' +
      'A repeated request marks nothing more, and a showtime that was cancelled has no no-shows.',
  })
  @Problems(new ShowtimeNotFound(), new ShowtimeNotOver('2026-11-21T21:33:00.000Z'))
  async markNoShows(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<NoShowsView> {
    return { showtimeId: id, marked: await this.admin.execute(new MarkNoShows(adminId, id)) };
  }
}
