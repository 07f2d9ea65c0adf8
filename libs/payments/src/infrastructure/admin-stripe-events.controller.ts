import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { Deprecated } from '@app/platform/http/deprecation.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { DismissStripeEvent } from '../application/commands/dismiss-stripe-event.js';
import { ReplayStripeEvent } from '../application/commands/replay-stripe-event.js';
import { StripeEventForAdmin } from '../application/queries/stripe-event-for-admin.js';
import { StripeEventsResponse, StripeEventView } from '../application/queries/stripe-event.view.js';
import { StripeEventsForAdmin } from '../application/queries/stripe-events-for-admin.js';
import { StripeEventNotParked, WebhookBodyDeleted, WebhookNotFound } from '../domain/errors.js';
import { DismissStripeEventRequest, StripeEventsRequest } from './payments.dto.js';
import { REFUND_PER_ADMIN } from './rate-limits.js';

/** The paths of before the rename. */
const OLD_PATHS = { since: '2026-11-26', sunset: '2027-11-26' };
const EVENT_ID = { name: 'id', example: 'evt_1NG8Du2eZvKYlo2CUI79vXWy' };
const INVALID_ID = new InvalidInput([{ parameter: 'id', rule: 'text', message: 'must be text without NUL or broken characters' }]);
const DISMISSED = { status: 'dismissed' };
const APPLIED = { status: 'applied', note: null };

@ApiTags('admin')
@RequiresRight('payments.manage')
@Controller('admin')
export class AdminStripeEventsController {
  constructor(
    private readonly commands: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get('stripe-events')
  @ApiOperation({ operationId: 'listStripeEvents', summary: 'Events that Stripe sent, by status' })
  async listStripeEvents(@Query() filter: StripeEventsRequest): Promise<StripeEventsResponse> {
    return this.queries.execute(new StripeEventsForAdmin(filter));
  }

  @Get('stripe-events/:id')
  @ApiParam(EVENT_ID)
  @ApiOperation({ operationId: 'getStripeEvent', summary: 'One event that Stripe sent' })
  @Problems(new WebhookNotFound(), INVALID_ID)
  async getStripeEvent(@Param('id') id: string): Promise<StripeEventView> {
    return this.queries.execute(new StripeEventForAdmin(id));
  }

  @Post('stripe-events/:id/replay')
  @RateLimited(REFUND_PER_ADMIN)
  @HttpCode(200)
  @ApiParam(EVENT_ID)
  @ApiOperation({ operationId: 'replayStripeEvent', summary: 'Apply a Stripe event again' })
  @AnswerExample(APPLIED)
  @Problems(new WebhookNotFound(), new WebhookBodyDeleted(), INVALID_ID)
  async replayStripeEvent(@UserId() adminId: string, @Param('id') id: string): Promise<StripeEventView> {
    await this.commands.execute(new ReplayStripeEvent(adminId, id));
    return this.queries.execute(new StripeEventForAdmin(id));
  }

  @Post('stripe-events/:id/dismiss')
  @HttpCode(200)
  @ApiParam(EVENT_ID)
  @ApiOperation({ operationId: 'dismissStripeEvent', summary: 'End the waiting of a parked event that nothing can be done about' })
  @AnswerExample(DISMISSED)
  @Problems(new WebhookNotFound(), new StripeEventNotParked('applied'))
  async dismissStripeEvent(
    @UserId() adminId: string,
    @Param('id') id: string,
    @Body() { reason }: DismissStripeEventRequest,
  ): Promise<StripeEventView> {
    await this.commands.execute(new DismissStripeEvent(adminId, id, reason));
    return this.queries.execute(new StripeEventForAdmin(id));
  }

  @Get('webhooks')
  @Deprecated({ ...OLD_PATHS, successor: '/admin/stripe-events' })
  @ApiOperation({ operationId: 'listWebhooks', summary: 'The same as `GET /admin/stripe-events`' })
  async listWebhooks(@Query() filter: StripeEventsRequest): Promise<StripeEventsResponse> {
    return this.listStripeEvents(filter);
  }

  @Post('webhooks/:id/replay')
  @RateLimited(REFUND_PER_ADMIN)
  @HttpCode(200)
  @ApiParam(EVENT_ID)
  @Deprecated({ ...OLD_PATHS, successor: '/admin/stripe-events/{id}/replay' })
  @ApiOperation({ operationId: 'replayWebhook', summary: 'The same as `POST /admin/stripe-events/{id}/replay`' })
  @AnswerExample(APPLIED)
  @Problems(new WebhookNotFound(), new WebhookBodyDeleted(), INVALID_ID)
  async replayWebhook(@UserId() adminId: string, @Param('id') id: string): Promise<StripeEventView> {
    return this.replayStripeEvent(adminId, id);
  }
}
