import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ApiKeyNotFound } from '../../domain/errors.js';
import { API_KEY_COLUMNS, type ApiKeyRow, type ApiKeyView, apiKeyView } from './api-key.view.js';

/** Throws `ApiKeyNotFound`. */
export class ApiKey extends Query<ApiKeyView> {
  constructor(readonly apiKeyId: string) {
    super();
  }
}

@QueryHandler(ApiKey)
export class ApiKeyHandler implements IQueryHandler<ApiKey> {
  constructor(private readonly database: Database) {}

  async execute({ apiKeyId }: ApiKey): Promise<ApiKeyView> {
    const [row] = await this.database.query<ApiKeyRow>(`SELECT ${API_KEY_COLUMNS} FROM auth.api_keys WHERE id = $1`, [apiKeyId]);
    if (row === undefined) throw new ApiKeyNotFound();
    return apiKeyView(row);
  }
}
