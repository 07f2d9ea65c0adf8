import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { TooManyWebhookEndpoints } from '../../domain/errors.js';
import { EventFeed } from '../../domain/event-feed.js';
import { SealedSecrets } from '../../domain/sealed-secrets.js';
import { WebhookEndpoint, type WebhookEndpointSettings } from '../../domain/webhook-endpoint.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';
import { newWebhookSecret } from '../../domain/webhook-signature.js';
import { webhookUrl } from '../../domain/webhook-url.js';
import { SubscriptionsSettings } from '../../subscriptions.settings.js';
import { type WebhookEndpointView, webhookEndpointViewOf } from '../queries/webhook-endpoint.view.js';

export interface CreatedWebhookEndpoint {
  readonly endpoint: WebhookEndpointView;
  readonly secret: string;
}

/** The endpoint gets the events that are published from now on. Throws `WebhookUrlRefused`, `TooManyWebhookEndpoints`, `WebhooksOff`. */
export class CreateWebhookEndpoint extends Command<CreatedWebhookEndpoint> implements AdminCommand<CreatedWebhookEndpoint> {
  constructor(
    readonly adminId: string,
    readonly request: WebhookEndpointSettings,
  ) {
    super();
  }

  auditEntry({ endpoint }: CreatedWebhookEndpoint) {
    return { action: 'subscriptions.create-webhook-endpoint', subject: endpoint.id, details: this.request };
  }
}

@CommandHandler(CreateWebhookEndpoint)
export class CreateWebhookEndpointHandler implements ICommandHandler<CreateWebhookEndpoint> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly feed: EventFeed,
    private readonly secrets: SealedSecrets,
    private readonly clock: Clock,
    private readonly settings: SubscriptionsSettings,
  ) {}

  async execute({ request }: CreateWebhookEndpoint): Promise<CreatedWebhookEndpoint> {
    const url = webhookUrl(request.url, this.settings);
    const [id, secret] = [newId(), newWebhookSecret()];
    const own = { id, secret: this.secrets.seal(secret, id), cursor: await this.feed.end(), now: this.clock.now() };
    const endpoint = await this.endpoints.addKnowingOthers(({ count }) => {
      if (count >= this.settings.maxEndpointsCount) throw new TooManyWebhookEndpoints(this.settings.maxEndpointsCount);
      return WebhookEndpoint.create({ ...request, url }, own);
    });
    // Not read again after the commit: a database that goes away in between would lose the secret.
    return { endpoint: webhookEndpointViewOf(endpoint.state), secret };
  }
}
