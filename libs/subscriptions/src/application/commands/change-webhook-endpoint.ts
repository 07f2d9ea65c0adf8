import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WebhookDeliveries } from '../../domain/webhook-deliveries.js';
import type { WebhookEndpointSettings } from '../../domain/webhook-endpoint.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';
import { webhookUrl } from '../../domain/webhook-url.js';
import { SubscriptionsSettings } from '../../subscriptions.settings.js';

/** What is left out stays. What waits for it is due at once at another address. Throws `WebhookEndpointNotFound`, `WebhookUrlRefused`. */
export class ChangeWebhookEndpoint extends Command<void> implements AdminCommand<void> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
    readonly changes: Partial<WebhookEndpointSettings>,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'subscriptions.change-webhook-endpoint', subject: this.endpointId, details: this.changes };
  }
}

@CommandHandler(ChangeWebhookEndpoint)
export class ChangeWebhookEndpointHandler implements ICommandHandler<ChangeWebhookEndpoint> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly settings: SubscriptionsSettings,
  ) {}

  async execute({ endpointId, changes }: ChangeWebhookEndpoint): Promise<void> {
    const checked = changes.url === undefined ? changes : { ...changes, url: webhookUrl(changes.url, this.settings) };
    await this.transactions.run(async () => {
      const isAnother = await this.endpoints.change(endpointId, (endpoint) => endpoint.change(checked));
      if (isAnother) await this.deliveries.bringForward(endpointId, this.clock.now());
    });
  }
}
