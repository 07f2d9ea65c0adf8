import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { WebhookEndpointNotFound } from '../../domain/errors.js';
import {
  WEBHOOK_ENDPOINT_COLUMNS,
  type WebhookEndpointRow,
  type WebhookEndpointView,
  webhookEndpointView,
} from './webhook-endpoint.view.js';

/** Throws `WebhookEndpointNotFound`. */
export class WebhookEndpoint extends Query<WebhookEndpointView> {
  constructor(readonly endpointId: string) {
    super();
  }
}

@QueryHandler(WebhookEndpoint)
export class WebhookEndpointHandler implements IQueryHandler<WebhookEndpoint> {
  constructor(private readonly database: Database) {}

  async execute({ endpointId }: WebhookEndpoint): Promise<WebhookEndpointView> {
    const [row] = await this.database.query<WebhookEndpointRow>(
      `SELECT ${WEBHOOK_ENDPOINT_COLUMNS} FROM subscriptions.webhook_endpoints WHERE id = $1 AND status <> 'deleted'`,
      [endpointId],
    );
    if (row === undefined) throw new WebhookEndpointNotFound();
    return webhookEndpointView(row);
  }
}
