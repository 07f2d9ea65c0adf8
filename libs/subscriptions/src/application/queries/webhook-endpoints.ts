import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import {
  type ShownStatus,
  WEBHOOK_ENDPOINT_COLUMNS,
  type WebhookEndpointRow,
  type WebhookEndpointView,
  webhookEndpointView,
} from './webhook-endpoint.view.js';

/** Webhook endpoints, newest first. There are few, so their filter has no index. Throws `InvalidCursor`. */
export class WebhookEndpoints extends Query<Page<WebhookEndpointView>> {
  constructor(
    readonly filter: { readonly limit: number; readonly cursor?: string | undefined; readonly status?: readonly ShownStatus[] | undefined },
  ) {
    super();
  }
}

@QueryHandler(WebhookEndpoints)
export class WebhookEndpointsHandler implements IQueryHandler<WebhookEndpoints> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { limit, cursor, status } }: WebhookEndpoints): Promise<Page<WebhookEndpointView>> {
    return keyset<WebhookEndpointRow, WebhookEndpointView>(this.database, {
      select: `SELECT ${WEBHOOK_ENDPOINT_COLUMNS} FROM subscriptions.webhook_endpoints`,
      filters: [[`status <> 'deleted'`], ['status = ANY (?)', status]],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: webhookEndpointView,
    });
  }
}
