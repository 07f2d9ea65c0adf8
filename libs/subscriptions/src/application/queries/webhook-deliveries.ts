import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import type { WebhookDeliveryStatus } from '../../domain/webhook-delivery.js';
import { WEBHOOK_DELIVERY_COLUMNS, type WebhookDeliveryRow, WebhookDeliveryView } from './webhook-delivery.view.js';
import { WebhookEndpoint } from './webhook-endpoint.js';

interface DeliveryFilter {
  /** Any of these. */
  readonly status?: readonly WebhookDeliveryStatus[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Deliveries to one endpoint, newest first. Throws `WebhookEndpointNotFound`, `InvalidCursor`. */
export class WebhookDeliveries extends Query<Page<WebhookDeliveryView>> {
  constructor(
    readonly endpointId: string,
    readonly filter: DeliveryFilter,
  ) {
    super();
  }
}

@QueryHandler(WebhookDeliveries)
export class WebhookDeliveriesHandler implements IQueryHandler<WebhookDeliveries> {
  constructor(
    private readonly database: Database,
    private readonly queries: QueryBus,
  ) {}

  async execute({ endpointId, filter: { status, type, limit, cursor } }: WebhookDeliveries): Promise<Page<WebhookDeliveryView>> {
    await this.queries.execute(new WebhookEndpoint(endpointId));
    return keyset<WebhookDeliveryRow, WebhookDeliveryView>(this.database, {
      select: `SELECT ${WEBHOOK_DELIVERY_COLUMNS} FROM subscriptions.webhook_deliveries`,
      filters: [['endpoint_id = ?', endpointId]],
      anyOf: [
        ['type', type],
        ['status', status],
      ],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: (row) => WebhookDeliveryView.of(row),
    });
  }
}
