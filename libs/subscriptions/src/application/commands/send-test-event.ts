import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WebhookDeliveries } from '../../domain/webhook-deliveries.js';
import { TEST_EVENT_TYPE, WebhookDelivery } from '../../domain/webhook-delivery.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';

/** Resolves to the id of the delivery. Throws `WebhookEndpointNotFound`, `WebhookEndpointIsDisabled`. */
export class SendTestEvent extends Command<string> implements AdminCommand<string> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
  ) {
    super();
  }

  auditEntry(deliveryId: string) {
    return { action: 'subscriptions.send-test-event', subject: this.endpointId, details: { deliveryId } };
  }
}

@CommandHandler(SendTestEvent)
export class SendTestEventHandler implements ICommandHandler<SendTestEvent> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async execute({ endpointId }: SendTestEvent): Promise<string> {
    return this.transactions.run(async () => {
      await this.endpoints.change(endpointId, (endpoint) => endpoint.assertEnabled());
      const delivery = WebhookDelivery.request({ endpointId, eventId: newId(), type: TEST_EVENT_TYPE }, this.clock.now());
      await this.deliveries.add([delivery]);
      return delivery.state.id;
    });
  }
}
