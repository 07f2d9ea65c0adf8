import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { SealedSecrets } from '../../domain/sealed-secrets.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';
import { newWebhookSecret } from '../../domain/webhook-signature.js';

/** Resolves to the new secret. The old one signs too for 24 hours. Throws `WebhookEndpointNotFound`, `WebhooksOff`. */
export class RotateWebhookSecret extends Command<string> implements AdminCommand<string> {
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

  async execute({ endpointId }: RotateWebhookSecret): Promise<string> {
    const secret = newWebhookSecret();
    const sealed = this.secrets.seal(secret, endpointId);
    await this.endpoints.change(endpointId, (endpoint) => endpoint.rotateSecret(sealed, this.clock.now()));
    return secret;
  }
}
