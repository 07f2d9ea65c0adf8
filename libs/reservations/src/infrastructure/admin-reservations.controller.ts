import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, UserId } from '@app/platform/http/access.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { CancelReservationAsAdmin } from '../application/commands/cancel-reservation-as-admin.js';
import { CancellationProgress } from '../application/queries/cancellation-progress.js';
import { FindReservations, ReservationForAdmin } from '../application/queries/find-reservations.js';
import { AlreadyCompleted, HoldExpired, NoCancellationRun, ReservationNotFound } from '../domain/errors.js';
import {
  AdminReservationResponse,
  AdminReservationsResponse,
  CancelAsAdminRequest,
  CancellationProgressResponse,
  FindReservationsRequest,
} from './admin-reservations.dto.js';

@ApiTags('admin')
@AdminOnly()
@Controller('admin')
export class AdminReservationsController {
  constructor(
    private readonly commands: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get('reservations')
  @ApiOperation({ operationId: 'findReservations', summary: "Anybody's reservations, newest first" })
  @Problems(401, 403)
  async findReservations(@Query() { limit, cursor, ...filter }: FindReservationsRequest): Promise<AdminReservationsResponse> {
    const before = readCursor(cursor, [isUuid])?.[0] ?? null;
    const found = await this.queries.execute(new FindReservations({ ...filter, before, limit }));
    return pageOf(
      found,
      limit,
      ({ id }) => [id],
      (view) => view,
    );
  }

  @Get('reservations/:id')
  @ApiOperation({ operationId: 'getReservationAsAdmin', summary: "Anybody's reservation" })
  @Problems(401, 403, new ReservationNotFound())
  getReservationAsAdmin(@Param('id', UuidPipe) id: string): Promise<AdminReservationResponse> {
    return this.queries.execute(new ReservationForAdmin(id));
  }

  @Post('reservations/:id/cancel')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelReservationAsAdmin',
    summary: "End somebody's reservation and say what goes back; one that is cancelled already stays as it is",
  })
  @AnswerExample({ status: 'cancelled', endedAt: '2026-11-21T18:05:00.000Z', endReason: 'cancelled-by-admin' })
  @Problems(401, 403, new ReservationNotFound(), new AlreadyCompleted(), new HoldExpired())
  async cancelReservationAsAdmin(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { refund, reason }: CancelAsAdminRequest,
  ): Promise<AdminReservationResponse> {
    await this.commands.execute(new CancelReservationAsAdmin(adminId, id, refund, reason));
    return this.queries.execute(new ReservationForAdmin(id));
  }

  @Get('showtimes/:id/cancellation')
  @ApiOperation({ operationId: 'getCancellationProgress', summary: 'How far giving everybody their money back has come' })
  @Problems(401, 403, new NoCancellationRun())
  getCancellationProgress(@Param('id', UuidPipe) id: string): Promise<CancellationProgressResponse> {
    return this.queries.execute(new CancellationProgress(id));
  }
}
