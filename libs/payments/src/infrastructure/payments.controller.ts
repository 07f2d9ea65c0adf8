import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { LoggedIn } from '@app/platform/http/access/route-access.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import type { FastifyReply } from 'fastify';
import { StartPayment } from '../application/commands/start-payment.js';
import { PaymentsResponse, PaymentView } from '../application/queries/payment.view.js';
import { PaymentOfReservation } from '../application/queries/payment-of-reservation.js';
import { PaymentsOfReservation } from '../application/queries/payments-of-reservation.js';
import {
  AlreadyPaid,
  AmountRefused,
  HoldExpired,
  PaymentNotFound,
  PaymentsUnavailable,
  ReservationEnded,
  ReservationNotFound,
  ShowtimeCancelled,
  ShowtimeMoved,
} from '../domain/errors.js';
import { PAYMENT_PER_ACCOUNT, PAYMENT_PER_ADDRESS } from './rate-limits.js';

@ApiTags('payments')
@LoggedIn()
@Controller('reservations/:id')
export class PaymentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('payment')
  @RateLimited(PAYMENT_PER_ACCOUNT, PAYMENT_PER_ADDRESS)
  @ApiOperation({
    operationId: 'startPayment',
    summary: 'Get a payment to pay a held reservation with; asking again gives the same open one',
    description: 'Safe to repeat without an `Idempotency-Key`, which changes nothing here: a reservation has one open payment at most.',
  })
  @ApiExtension('x-location', '/reservations/:reservationId/payments/:id')
  @ApiCreatedResponse({ type: PaymentView, description: 'A new payment.' })
  @ApiOkResponse({ type: PaymentView, description: 'The open payment of an earlier request.' })
  @AnswerExample({ clientSecret: 'pi_3OkJ2e_secret_9Xb' })
  @Problems(
    new ReservationNotFound(),
    new AlreadyPaid(),
    new ReservationEnded('cancelled'),
    new ShowtimeCancelled(),
    new ShowtimeMoved(),
    new HoldExpired(),
    new AmountRefused({ amount: 20, currency: 'EUR' }),
    new PaymentsUnavailable(),
  )
  async startPayment(
    @Param('id', UuidPipe) reservationId: string,
    @UserId() customerId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentView> {
    const { payment, isNew } = await this.commands.execute(new StartPayment(reservationId, customerId));
    void reply.status(isNew ? 201 : 200);
    if (isNew) void reply.header('Location', `/api/v1/reservations/${reservationId}/payments/${payment.id}`);
    return payment;
  }

  @Get('payments')
  @ApiOperation({ operationId: 'listPaymentsOfReservation', summary: 'Every payment of a reservation of yours, with its refunds' })
  @Problems(new ReservationNotFound())
  async listPaymentsOfReservation(
    @Param('id', UuidPipe) reservationId: string,
    @UserId() customerId: string,
    @Query() { limit, cursor }: PageRequest,
  ): Promise<PaymentsResponse> {
    return this.queries.execute(new PaymentsOfReservation({ reservationId, customerId, limit, cursor }));
  }

  @Get('payments/:paymentId')
  @ApiOperation({ operationId: 'getPaymentOfReservation', summary: 'One payment of a reservation of yours, with its refunds' })
  @Problems(new ReservationNotFound(), new PaymentNotFound())
  async getPaymentOfReservation(
    @Param('id', UuidPipe) reservationId: string,
    @Param('paymentId', UuidPipe) paymentId: string,
    @UserId() customerId: string,
  ): Promise<PaymentView> {
    return this.queries.execute(new PaymentOfReservation({ paymentId, reservationId, customerId }));
  }
}
