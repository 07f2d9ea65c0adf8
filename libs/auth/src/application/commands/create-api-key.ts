import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { ApiKey, type Scope } from '../../domain/api-key.js';
import { ApiKeys } from '../../domain/api-keys.js';
import { apiKeyView, type ApiKeyView } from '../queries/api-key.view.js';

interface CreatedApiKey {
  readonly apiKey: ApiKeyView;
  /** The secret. It is stored nowhere. */
  readonly key: string;
}

/** Lets a machine in. Throws `ApiKeyExpiryInThePast`, `TooManyApiKeys`. */
export class CreateApiKey extends Command<CreatedApiKey> implements AdminCommand<CreatedApiKey> {
  constructor(
    readonly adminId: string,
    readonly request: { readonly client: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date | null },
  ) {
    super();
  }

  auditEntry({ apiKey }: CreatedApiKey) {
    const { client, scopes, expiresAt } = apiKey;
    return { action: 'auth.create-api-key', subject: apiKey.id, details: { client, scopes, expiresAt } };
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(private readonly apiKeys: ApiKeys) {}

  async execute({ adminId, request }: CreateApiKey): Promise<CreatedApiKey> {
    const { apiKey, key } = await this.apiKeys.addKnowingOthers(request.client, (situation) =>
      ApiKey.create({ ...request, createdBy: adminId, now: new Date() }, situation),
    );
    // Not read again after the commit: a database that goes away in between would lose the secret.
    return { apiKey: apiKeyView({ ...apiKey.state, scopes: [...apiKey.state.scopes], lastUsedAt: null }), key };
  }
}
