import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { RefusesIdempotencyKey } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { CreateApiKey } from '../application/commands/create-api-key.js';
import { RevokeApiKey } from '../application/commands/revoke-api-key.js';
import { ApiKey } from '../application/queries/api-key.js';
import { ApiKeyView, ApiKeysResponse, CreatedApiKeyView, TWO_KEYS } from '../application/queries/api-key.view.js';
import { ApiKeys } from '../application/queries/api-keys.js';
import { ApiKeyExpiryInThePast, ApiKeyNotFound, TooManyApiKeys } from '../domain/errors.js';
import { ApiKeysRequest, CreateApiKeyRequest } from './api-keys.dto.js';

@ApiTags('admin')
@RequiresRight('api-keys.manage')
@Controller('admin/api-keys')
export class ApiKeysController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'API keys of machines, newest first',
    description: 'Keys that were revoked or have expired are listed for 90 days.',
  })
  async listApiKeys(@Query() filter: ApiKeysRequest): Promise<ApiKeysResponse> {
    return this.queries.execute(new ApiKeys(filter));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getApiKey', summary: 'One API key' })
  @Problems(new ApiKeyNotFound())
  async getApiKey(@Param('id', UuidPipe) id: string): Promise<ApiKeyView> {
    return this.queries.execute(new ApiKey(id));
  }

  @Post()
  @RefusesIdempotencyKey()
  @Created('/admin/api-keys/:id')
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Let a machine in with an API key',
    description: `The answer shows the key, and nothing shows it again. ${TWO_KEYS} A repeat of this request creates another key: an \`Idempotency-Key\` is refused with 400, because an answer that is kept would keep the secret.`,
  })
  @Problems(new ApiKeyExpiryInThePast(), new TooManyApiKeys())
  async createApiKey(@UserId() adminId: string, @Body() { expiresAt, ...request }: CreateApiKeyRequest): Promise<CreatedApiKeyView> {
    const expiry = expiresAt === undefined ? null : new Date(expiresAt);
    const { apiKey, key } = await this.admin.execute(new CreateApiKey(adminId, { ...request, expiresAt: expiry }));
    return { ...apiKey, key };
  }

  @Delete(':id')
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke an API key, at once', description: 'A repeat changes nothing.' })
  @AnswerExample({ revokedAt: '2026-11-26T13:00:00.000Z' })
  @Problems(new ApiKeyNotFound())
  async revokeApiKey(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<ApiKeyView> {
    await this.admin.execute<boolean>(new RevokeApiKey(adminId, id));
    return this.queries.execute(new ApiKey(id));
  }
}
