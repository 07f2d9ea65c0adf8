import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';

/** Nothing is sent to it any more; its deliveries are deleted with it, soon. Throws `WebhookEndpointNotFound`. */
export class DeleteWebhookEndpoint extends Command<void> implements AdminCommand<void> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'subscriptions.delete-webhook-endpoint', subject: this.endpointId };
  }
}

@CommandHandler(DeleteWebhookEndpoint)
export class DeleteWebhookEndpointHandler implements ICommandHandler<DeleteWebhookEndpoint> {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  async execute({ endpointId }: DeleteWebhookEndpoint): Promise<void> {
    await this.endpoints.change(endpointId, (endpoint) => endpoint.delete());
  }
}
