import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { RefusesIdempotencyKey } from '@app/platform/http/idempotent.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ChangeWebhookEndpoint } from '../application/commands/change-webhook-endpoint.js';
import { CreateWebhookEndpoint } from '../application/commands/create-webhook-endpoint.js';
import { DeleteWebhookEndpoint } from '../application/commands/delete-webhook-endpoint.js';
import { EnableWebhookEndpoint } from '../application/commands/enable-webhook-endpoint.js';
import { RotateWebhookSecret } from '../application/commands/rotate-webhook-secret.js';
import { WebhookEndpoint } from '../application/queries/webhook-endpoint.js';
import {
  WebhookEndpointsResponse,
  WebhookEndpointView,
  WebhookEndpointWithSecretView,
  withSecret,
} from '../application/queries/webhook-endpoint.view.js';
import { WebhookEndpoints } from '../application/queries/webhook-endpoints.js';
import { TooManyWebhookEndpoints, WebhookEndpointNotFound, WebhooksOff, WebhookUrlRefused } from '../domain/errors.js';
import { SubscriptionProblemMembers } from './problem-members.view.js';
import { ChangeWebhookEndpointRequest, CreateWebhookEndpointRequest, WebhookEndpointsRequest } from './webhook-endpoints.dto.js';
import { WEBHOOKS_PER_ADMIN } from './rate-limits.js';

const USUAL_MAX = 20;
const URL_REFUSED = new WebhookUrlRefused('private-address');

@ApiTags('events')
@ProblemMembers(SubscriptionProblemMembers)
@RequiresRight('subscriptions.manage')
@Controller('admin/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listWebhookEndpoints',
    summary: 'Webhook endpoints, newest first',
    description: 'Addresses of other programs that published events are sent to. No secret is shown.',
  })
  async listWebhookEndpoints(@Query() filter: WebhookEndpointsRequest): Promise<WebhookEndpointsResponse> {
    return this.queries.execute(new WebhookEndpoints(filter));
  }

  @Get(':id')
  @Cacheable()
  @ApiOperation({ operationId: 'getWebhookEndpoint', summary: 'One webhook endpoint', description: 'Its secret is not shown.' })
  @Problems(new WebhookEndpointNotFound())
  async getWebhookEndpoint(@Param('id', UuidPipe) id: string): Promise<WebhookEndpointView> {
    return this.queries.execute(new WebhookEndpoint(id));
  }

  @Post()
  @RefusesIdempotencyKey()
  @RateLimited(WEBHOOKS_PER_ADMIN)
  @Created('/admin/webhook-endpoints/:id', { isVersioned: true })
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Have events sent to an address of yours',
    description:
      'Each event that is published from now on is sent by POST, signed as Standard Webhooks 1.0 says (`docs/subscribing.md`). The answer shows the secret, and ' +
      'nothing shows it again. A repeat of this request creates another endpoint: an `Idempotency-Key` is refused with 400, because an answer that is ' +
      'kept would keep the secret.',
  })
  @Problems(new TooManyWebhookEndpoints(USUAL_MAX), new WebhooksOff(), URL_REFUSED)
  async createWebhookEndpoint(
    @UserId() adminId: string,
    @Body() { url, description = '', types = null }: CreateWebhookEndpointRequest,
  ): Promise<WebhookEndpointWithSecretView> {
    const { endpoint, secret } = await this.admin.execute(new CreateWebhookEndpoint(adminId, { url, description, types }));
    return withSecret(endpoint, secret);
  }

  @HonoursIfMatch()
  @Patch(':id')
  @RateLimited(WEBHOOKS_PER_ADMIN)
  @ApiOperation({
    operationId: 'changeWebhookEndpoint',
    summary: 'Change address, description or event types of a webhook endpoint',
    description:
      'What is left out stays as it is. Deliveries that wait go to the new address, at once, and the failures of the old one are forgotten.',
  })
  @Problems(new WebhookEndpointNotFound(), URL_REFUSED)
  async changeWebhookEndpoint(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { url, description, types }: ChangeWebhookEndpointRequest,
  ): Promise<WebhookEndpointView> {
    const changes = {
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(types === undefined ? {} : { types }),
    };
    await this.admin.execute<void>(new ChangeWebhookEndpoint(adminId, id, changes));
    return this.queries.execute(new WebhookEndpoint(id));
  }

  @HonoursIfMatch()
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint, at once',
    description: 'Nothing more is sent to it, and what was delivered is not shown any more.',
  })
  @Problems(new WebhookEndpointNotFound())
  async deleteWebhookEndpoint(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<void> {
    await this.admin.execute<void>(new DeleteWebhookEndpoint(adminId, id));
  }

  @HonoursIfMatch()
  @RefusesIdempotencyKey()
  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Give a webhook endpoint a new secret',
    description:
      'The answer shows it, and nothing shows it again. For 24 hours each request has two signatures, of the new secret and of the one before; a secret ' +
      'that is older does not sign any more. A repeat makes another secret, and an `Idempotency-Key` is refused with 400: repeat with `If-Match`.',
  })
  @AnswerExample({ previousSecretUntil: '2026-11-27T12:00:00.000Z' })
  @Problems(new WebhookEndpointNotFound(), new WebhooksOff())
  async rotateWebhookSecret(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<WebhookEndpointWithSecretView> {
    const { endpoint, secret } = await this.admin.execute(new RotateWebhookSecret(adminId, id));
    return withSecret(endpoint, secret);
  }

  @HonoursIfMatch()
  @Post(':id/enable')
  @RateLimited(WEBHOOKS_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'enableWebhookEndpoint',
    summary: 'Enable a disabled webhook endpoint again',
    description: 'It gets what was published meanwhile, as far as events are kept, and what waited for it. A repeat changes nothing.',
  })
  @Problems(new WebhookEndpointNotFound())
  async enableWebhookEndpoint(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<WebhookEndpointView> {
    await this.admin.execute<boolean>(new EnableWebhookEndpoint(adminId, id));
    return this.queries.execute(new WebhookEndpoint(id));
  }
}
