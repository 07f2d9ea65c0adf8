import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WebhookDeliveryNotFound, WebhookEventDeleted } from '../../domain/errors.js';
import { EventFeed } from '../../domain/event-feed.js';
import { WebhookDeliveries } from '../../domain/webhook-deliveries.js';
import { TEST_EVENT_TYPE } from '../../domain/webhook-delivery.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';

/** Sends an event again, whether it was delivered or not. Throws `WebhookEndpointNotFound`, `WebhookDeliveryNotFound`, `WebhookEventDeleted`. */
export class ReplayWebhookDelivery extends Command<void> implements AdminCommand<void> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
    readonly deliveryId: string,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'subscriptions.replay-webhook-delivery', subject: this.endpointId, details: { deliveryId: this.deliveryId } };
  }
}

@CommandHandler(ReplayWebhookDelivery)
export class ReplayWebhookDeliveryHandler implements ICommandHandler<ReplayWebhookDelivery> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly feed: EventFeed,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async execute({ endpointId, deliveryId }: ReplayWebhookDelivery): Promise<void> {
    await this.transactions.run(async () => {
      await this.endpoints.change(endpointId, () => undefined);
      let event = { eventId: '', type: '' };
      const isFound = await this.deliveries.change(deliveryId, { endpointId }, (delivery) => {
        event = delivery.state;
        delivery.replay(this.clock.now());
      });
      if (!isFound) throw new WebhookDeliveryNotFound();
      const isKept = event.type === TEST_EVENT_TYPE || (await this.feed.bodies([event.eventId])).size > 0;
      if (!isKept) throw new WebhookEventDeleted(event.eventId);
    });
  }
}
