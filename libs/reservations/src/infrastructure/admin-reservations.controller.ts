import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { CancelReservationAsAdmin } from '../application/commands/cancel-reservation-as-admin.js';
import { ReconcileReservationAsAdmin } from '../application/commands/reconcile-reservation-as-admin.js';
import { AdminReservationsResponse, AdminReservationView } from '../application/queries/admin-reservation.view.js';
import { CancellationProgress } from '../application/queries/cancellation-progress.js';
import { CancellationProgressView } from '../application/queries/cancellation-progress.view.js';
import { ReservationForAdmin } from '../application/queries/reservation-for-admin.js';
import { ReservationTimeline } from '../application/queries/reservation-timeline.js';
import { ReservationTimelineView } from '../application/queries/reservation-timeline.view.js';
import { ReservationsForAdmin } from '../application/queries/reservations-for-admin.js';
import {
  AlreadyCompleted,
  HoldExpired,
  MoreWouldBeKept,
  NoCancellationRun,
  ReservationNotFound,
  SeatsTaken,
  ShowtimeNotFound,
} from '../domain/errors.js';
import { CancelReservationAsAdminRequest, ReservationsForAdminRequest } from './admin-reservations.dto.js';

const KEPT = new MoreWouldBeKept({ refund: { amount: 0, currency: 'EUR' }, kept: { amount: 1250, currency: 'EUR' } });

@ApiTags('admin')
@RequiresRight('reservations.cancel')
@Controller('admin')
export class AdminReservationsController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @RequiresRight('reservations.read')
  @Get('reservations')
  @ApiOperation({ operationId: 'listReservations', summary: 'Reservations of all customers, newest first' })
  listReservations(@Query() filter: ReservationsForAdminRequest): Promise<AdminReservationsResponse> {
    return this.queries.execute(new ReservationsForAdmin(filter));
  }

  @RequiresRight('reservations.read')
  @Get('reservations/:id')
  @ApiOperation({ operationId: 'getReservationAsAdmin', summary: 'One reservation of any customer' })
  @Problems(new ReservationNotFound())
  getReservationAsAdmin(@Param('id', UuidPipe) id: string): Promise<AdminReservationView> {
    return this.queries.execute(new ReservationForAdmin(id));
  }

  @RequiresRight('reservations.read')
  @Get('reservations/:id/timeline')
  @ApiOperation({
    operationId: 'getReservationTimeline',
    summary: 'What happened to a reservation, and by which event, payment, refund, mail or member of staff',
    description:
      'Oldest first. Events are kept for `OUTBOX_KEPT_DAYS`: of an older reservation `complete` is false. Events of one moment that belong to ' +
      'different payments may be in any order.',
  })
  @Problems(new ReservationNotFound())
  getReservationTimeline(@Param('id', UuidPipe) id: string): Promise<ReservationTimelineView> {
    return this.queries.execute(new ReservationTimeline(id));
  }

  @Post('reservations/:id/cancel')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelReservationAsAdmin',
    summary: 'Cancel any reservation and decide what is refunded; a cancelled one stays as it is',
  })
  @AnswerExample({ status: 'cancelled', secondsLeft: null, endedAt: '2026-11-21T18:05:00.000Z', endReason: 'cancelled-by-admin' })
  @Problems(new ReservationNotFound(), new AlreadyCompleted(), new HoldExpired(), KEPT)
  async cancelReservationAsAdmin(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { refund, reason, keptAtMost }: CancelReservationAsAdminRequest,
  ): Promise<AdminReservationView> {
    await this.admin.execute(new CancelReservationAsAdmin(adminId, id, { refund, reason, keptAtMost }));
    return this.queries.execute(new ReservationForAdmin(id));
  }

  @RequiresRight('reservations.manage')
  @Post('reservations/:id/reconcile')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'reconcileReservation',
    summary: 'Put one reservation right: its seats and what its payments are for',
    description:
      'Seats that it must own and does not are claimed, seats of one that has ended become free, and payments that succeeded and whose message was lost are settled: they confirm the reservation, or go back. Where another reservation has a seat of it, this is refused, and cancelling is what is left. Harmless when repeated.',
  })
  @Problems(new ReservationNotFound(), new SeatsTaken({ labels: ['A1'], blockedByExpiredHold: false }))
  async reconcileReservation(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<AdminReservationView> {
    await this.admin.execute(new ReconcileReservationAsAdmin(adminId, id));
    return this.queries.execute(new ReservationForAdmin(id));
  }

  @RequiresRight('reservations.read')
  @Get('showtimes/:id/cancellation')
  @ApiOperation({ operationId: 'getCancellationProgress', summary: 'How far the cancellation of a cancelled or moved showtime has come' })
  @Problems(new NoCancellationRun(), new ShowtimeNotFound())
  getCancellationProgress(@Param('id', UuidPipe) id: string): Promise<CancellationProgressView> {
    return this.queries.execute(new CancellationProgress(id));
  }
}
