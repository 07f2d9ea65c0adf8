import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WebhookDeliveries } from '../../domain/webhook-deliveries.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';

/** What waits for it is due at once, and what was published meanwhile is collected. Resolves to whether anything changed. Throws `WebhookEndpointNotFound`. */
export class EnableWebhookEndpoint extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'subscriptions.enable-webhook-endpoint', subject: this.endpointId } : null;
  }
}

@CommandHandler(EnableWebhookEndpoint)
export class EnableWebhookEndpointHandler implements ICommandHandler<EnableWebhookEndpoint> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async execute({ endpointId }: EnableWebhookEndpoint): Promise<boolean> {
    return this.transactions.run(async () => {
      const changed = await this.endpoints.change(endpointId, (endpoint) => endpoint.enable());
      if (changed) await this.deliveries.bringForward(endpointId, this.clock.now());
      return changed;
    });
  }
}
