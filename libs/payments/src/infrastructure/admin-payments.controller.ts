import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdminOnly, UserId } from '@app/platform/http/access.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { isInstant, isText, isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { InvalidInput } from '@app/platform/http/http-errors.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { ReplayStripeEvent } from '../application/commands/replay-stripe-event.js';
import { RetryRefund } from '../application/commands/retry-refund.js';
import { PaymentsForAdmin } from '../application/queries/payments-for-admin.js';
import { StripeEventsForAdmin } from '../application/queries/stripe-events-for-admin.js';
import { NothingLeftToRefund, RefundNotFailed, RefundNotFound, WebhookNotFound } from '../domain/errors.js';
import {
  AdminPaymentPage,
  AdminPaymentsRequest,
  AdminRefundResponse,
  WebhookPage,
  WebhookResponse,
  WebhooksRequest,
} from './payments.dto.js';

@ApiTags('admin')
@AdminOnly()
@Controller('admin')
export class AdminPaymentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('payments')
  @ApiOperation({ operationId: 'findPayments', summary: 'Search payments by reservation, status or intent' })
  @Problems(401, 403)
  async findPayments(@Query() { limit, cursor, ...filter }: AdminPaymentsRequest): Promise<AdminPaymentPage> {
    const [before = null] = readCursor(cursor, [isUuid]) ?? [];
    const payments = await this.queries.execute(new PaymentsForAdmin({ ...filter, before, limit }));
    return pageOf(
      payments,
      limit,
      ({ id }) => [id],
      (payment) => ({ ...payment, refunds: [...payment.refunds] }),
    );
  }

  @Post('refunds/:id/retry')
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryRefund', summary: 'Let Stripe try a failed refund again' })
  @Problems(401, 403, new RefundNotFound(), new RefundNotFailed('succeeded'), new NothingLeftToRefund())
  retryRefund(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<AdminRefundResponse> {
    return this.commands.execute(new RetryRefund(adminId, id));
  }

  @Get('webhooks')
  @ApiOperation({ operationId: 'findWebhooks', summary: 'Events Stripe sent, by what became of them' })
  @Problems(401, 403)
  async findWebhooks(@Query() { limit, cursor, status }: WebhooksRequest): Promise<WebhookPage> {
    const [receivedAt, id] = readCursor(cursor, [isInstant, isText]) ?? [];
    const before = receivedAt === undefined || id === undefined ? null : { receivedAt, id };
    const webhooks = await this.queries.execute(new StripeEventsForAdmin(status, before, limit));
    return pageOf(
      webhooks,
      limit,
      (webhook) => [webhook.receivedAt, webhook.id],
      (webhook) => webhook,
    );
  }

  @Post('webhooks/:id/replay')
  @HttpCode(200)
  @ApiParam({ name: 'id', example: 'evt_1NG8Du2eZvKYlo2CUI79vXWy' })
  @ApiOperation({ operationId: 'replayWebhook', summary: 'Apply an event of Stripe again' })
  @AnswerExample({ status: 'applied', note: null })
  @Problems(
    401,
    403,
    new WebhookNotFound(),
    new InvalidInput([{ pointer: '/id', message: 'must be text without NUL or broken characters' }]),
  )
  replayWebhook(@UserId() adminId: string, @Param('id') id: string): Promise<WebhookResponse> {
    return this.commands.execute(new ReplayStripeEvent(adminId, id));
  }
}
