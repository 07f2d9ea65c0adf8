import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import { API_KEY_COLUMNS, type ApiKeyRow, type ApiKeyView, apiKeyView } from './api-key.view.js';

/** API keys, newest first, revoked ones included. Throws `InvalidCursor`. */
export class ApiKeys extends Query<Page<ApiKeyView>> {
  constructor(readonly filter: { readonly limit: number; readonly cursor?: string | undefined; readonly client?: string | undefined }) {
    super();
  }
}

@QueryHandler(ApiKeys)
export class ApiKeysHandler implements IQueryHandler<ApiKeys> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { limit, cursor, client } }: ApiKeys): Promise<Page<ApiKeyView>> {
    return keyset<ApiKeyRow, ApiKeyView>(this.database, {
      select: `SELECT ${API_KEY_COLUMNS} FROM auth.api_keys`,
      filters: [['client = ?', client]],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: apiKeyView,
    });
  }
}
