import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { SealedSecrets } from '../../domain/sealed-secrets.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';
import { newWebhookSecret } from '../../domain/webhook-signature.js';
import { webhookEndpointViewOf } from '../queries/webhook-endpoint.view.js';
import type { CreatedWebhookEndpoint } from './create-webhook-endpoint.js';

/** Resolves to the endpoint with the new secret. The old one signs too for 24 hours. Throws `WebhookEndpointNotFound`, `WebhooksOff`. */
export class RotateWebhookSecret extends Command<CreatedWebhookEndpoint> implements AdminCommand<CreatedWebhookEndpoint> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'subscriptions.rotate-webhook-secret', subject: this.endpointId };
  }
}

@CommandHandler(RotateWebhookSecret)
export class RotateWebhookSecretHandler implements ICommandHandler<RotateWebhookSecret> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly secrets: SealedSecrets,
    private readonly clock: Clock,
  ) {}

  async execute({ endpointId }: RotateWebhookSecret): Promise<CreatedWebhookEndpoint> {
    const secret = newWebhookSecret();
    const sealed = this.secrets.seal(secret, endpointId);
    const state = await this.endpoints.change(endpointId, (endpoint) => {
      endpoint.rotateSecret(sealed, this.clock.now());
      return endpoint.state;
    });
    return { endpoint: webhookEndpointViewOf(state), secret };
  }
}
