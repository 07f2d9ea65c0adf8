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
export class WebhookEndpointById extends Query<WebhookEndpointView> {
  constructor(readonly endpointId: string) {
    super();
  }
}

@QueryHandler(WebhookEndpointById)
export class WebhookEndpointByIdHandler implements IQueryHandler<WebhookEndpointById> {
  constructor(private readonly database: Database) {}

  async execute({ endpointId }: WebhookEndpointById): Promise<WebhookEndpointView> {
    const [row] = await this.database.query<WebhookEndpointRow>(
      `SELECT ${WEBHOOK_ENDPOINT_COLUMNS} FROM subscriptions.webhook_endpoints WHERE id = $1 AND status <> 'deleted'`,
      [endpointId],
    );
    if (row === undefined) throw new WebhookEndpointNotFound();
    return webhookEndpointView(row);
  }
}
