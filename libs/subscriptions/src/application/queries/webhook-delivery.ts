import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { WebhookDeliveryNotFound } from '../../domain/errors.js';
import { WEBHOOK_DELIVERY_COLUMNS, type WebhookDeliveryRow, WebhookDeliveryView } from './webhook-delivery.view.js';

/** Throws `WebhookDeliveryNotFound`. */
export class WebhookDelivery extends Query<WebhookDeliveryView> {
  constructor(
    readonly endpointId: string,
    readonly deliveryId: string,
  ) {
    super();
  }
}

@QueryHandler(WebhookDelivery)
export class WebhookDeliveryHandler implements IQueryHandler<WebhookDelivery> {
  constructor(private readonly database: Database) {}

  async execute({ endpointId, deliveryId }: WebhookDelivery): Promise<WebhookDeliveryView> {
    const [row] = await this.database.query<WebhookDeliveryRow>(
      `SELECT ${WEBHOOK_DELIVERY_COLUMNS} FROM subscriptions.webhook_deliveries WHERE id = $1 AND endpoint_id = $2`,
      [deliveryId, endpointId],
    );
    if (row === undefined) throw new WebhookDeliveryNotFound();
    return WebhookDeliveryView.of(row);
  }
}
