import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { ApiKeys } from '../../domain/api-keys.js';

/** The key is refused from the next request on. Resolves to whether anything changed. Throws `ApiKeyNotFound`. */
export class RevokeApiKey extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly apiKeyId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.revoke-api-key', subject: this.apiKeyId } : null;
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(private readonly apiKeys: ApiKeys) {}

  async execute({ apiKeyId }: RevokeApiKey): Promise<boolean> {
    return this.apiKeys.change(apiKeyId, (apiKey) => apiKey.revoke(new Date()));
  }
}
