import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ReplayFailedDeliveries } from '../application/commands/replay-failed-deliveries.js';
import { ReplayWebhookDelivery } from '../application/commands/replay-webhook-delivery.js';
import { SendTestEvent } from '../application/commands/send-test-event.js';
import { WebhookDeliveries } from '../application/queries/webhook-deliveries.js';
import { WebhookDelivery } from '../application/queries/webhook-delivery.js';
import { ReplayedDeliveriesView, WebhookDeliveriesResponse, WebhookDeliveryView } from '../application/queries/webhook-delivery.view.js';
import { WebhookDeliveryNotFound, WebhookEndpointIsDisabled, WebhookEndpointNotFound, WebhookEventDeleted } from '../domain/errors.js';
import { TEST_EVENT_TYPE } from '../domain/webhook-delivery.js';
import { SubscriptionProblemMembers } from './problem-members.view.js';
import { ReplayRequest, WebhookDeliveriesRequest } from './webhook-endpoints.dto.js';
import { WEBHOOKS_PER_ADMIN } from './rate-limits.js';

const UNTRIED = { attempts: 0, responseStatus: null, answer: null, nextAttemptAt: '2026-11-26T12:00:00.000Z' };

@ApiTags('events')
@ProblemMembers(SubscriptionProblemMembers)
@RequiresRight('subscriptions.manage')
@Controller('admin/webhook-endpoints/:id')
export class WebhookDeliveriesController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get('deliveries')
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'What became of each event for a webhook endpoint, newest first',
    description: 'Deliveries that ended are listed for 30 days (`WEBHOOK_DELIVERIES_KEPT_DAYS`).',
  })
  @Problems(new WebhookEndpointNotFound())
  async listWebhookDeliveries(
    @Param('id', UuidPipe) id: string,
    @Query() filter: WebhookDeliveriesRequest,
  ): Promise<WebhookDeliveriesResponse> {
    return this.queries.execute(new WebhookDeliveries(id, filter));
  }

  @Get('deliveries/:deliveryId')
  @ApiOperation({
    operationId: 'getWebhookDelivery',
    summary: 'What became of one event for a webhook endpoint',
    description: 'Shows the last attempt. The event itself is read with `GET /events`.',
  })
  @Problems(new WebhookDeliveryNotFound())
  async getWebhookDelivery(
    @Param('id', UuidPipe) id: string,
    @Param('deliveryId', UuidPipe) deliveryId: string,
  ): Promise<WebhookDeliveryView> {
    return this.queries.execute(new WebhookDelivery(id, deliveryId));
  }

  @Post('deliveries/:deliveryId/replay')
  @RateLimited(WEBHOOKS_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replayWebhookDelivery',
    summary: 'Send an event to a webhook endpoint again',
    description: 'Also one that was delivered. The receiver gets the same `webhook-id`, and may drop what it handled.',
  })
  @AnswerExample(UNTRIED)
  @Problems(new WebhookEndpointNotFound(), new WebhookDeliveryNotFound(), new WebhookEventDeleted('01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b81'))
  async replayWebhookDelivery(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Param('deliveryId', UuidPipe) deliveryId: string,
  ): Promise<WebhookDeliveryView> {
    await this.admin.execute<void>(new ReplayWebhookDelivery(adminId, id, deliveryId));
    return this.queries.execute(new WebhookDelivery(id, deliveryId));
  }

  @Post('replay')
  @RateLimited(WEBHOOKS_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replayFailedDeliveries',
    summary: 'Send again what failed since a time',
    description: 'At most 1,000 deliveries, the oldest first: repeat the request while `isMore` is true.',
  })
  @Problems(new WebhookEndpointNotFound())
  async replayFailedDeliveries(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { since }: ReplayRequest,
  ): Promise<ReplayedDeliveriesView> {
    return this.admin.execute(new ReplayFailedDeliveries(adminId, id, new Date(since)));
  }

  @Post('test')
  @RateLimited(WEBHOOKS_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'sendTestEvent',
    summary: 'Send a test event to a webhook endpoint',
    description: `Answers with its delivery, which waits: read it again a moment later. The event has the type \`${TEST_EVENT_TYPE}\`, is sent whether the endpoint wants that type or not, and is published nowhere else.`,
  })
  @AnswerExample({ type: TEST_EVENT_TYPE, ...UNTRIED })
  @Problems(new WebhookEndpointNotFound(), new WebhookEndpointIsDisabled())
  async sendTestEvent(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<WebhookDeliveryView> {
    const deliveryId = await this.admin.execute<string>(new SendTestEvent(adminId, id));
    return this.queries.execute(new WebhookDelivery(id, deliveryId));
  }
}
