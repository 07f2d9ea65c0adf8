/** The modules of the subscriptions context, which sends events to other programs: what every process provides, and what the API and the worker add. */
import { Module } from '@nestjs/common';
import { subscriptionsHandlers, subscriptionsServices } from './application/handlers.js';
import { EventFeed } from './domain/event-feed.js';
import { SealedSecrets } from './domain/sealed-secrets.js';
import { WebhookDeliveries } from './domain/webhook-deliveries.js';
import { WebhookEndpoints } from './domain/webhook-endpoints.js';
import { WebhookSender } from './domain/webhook-sender.js';
import { AesSealedSecrets } from './infrastructure/aes-sealed-secrets.js';
import { DnsHostNames, HostNames } from './infrastructure/host-names.js';
import { HttpWebhookSender } from './infrastructure/http-webhook-sender.js';
import { PostgresEventFeed } from './infrastructure/postgres-event-feed.js';
import { PostgresWebhookDeliveries } from './infrastructure/postgres-webhook-deliveries.js';
import { PostgresWebhookEndpoints } from './infrastructure/postgres-webhook-endpoints.js';
import { WebhookDeliveriesController } from './infrastructure/webhook-deliveries.controller.js';
import { WebhookEndpointsController } from './infrastructure/webhook-endpoints.controller.js';
import { WebhookRetention, WebhookRetentionSchedule } from './infrastructure/webhook-retention.schedule.js';
import { WebhookSecretsSchedule, WebhooksSchedule } from './infrastructure/webhooks.schedule.js';

const ports = [
  { provide: WebhookEndpoints, useClass: PostgresWebhookEndpoints },
  { provide: WebhookDeliveries, useClass: PostgresWebhookDeliveries },
  { provide: EventFeed, useClass: PostgresEventFeed },
  { provide: SealedSecrets, useClass: AesSealedSecrets },
];

@Module({ providers: [...ports, ...subscriptionsHandlers], exports: ports.map(({ provide }) => provide) })
class SubscriptionsModule {}

@Module({ imports: [SubscriptionsModule], controllers: [WebhookEndpointsController, WebhookDeliveriesController] })
export class SubscriptionsApi {}

@Module({
  imports: [SubscriptionsModule],
  providers: [
    { provide: HostNames, useClass: DnsHostNames },
    { provide: WebhookSender, useClass: HttpWebhookSender },
    ...subscriptionsServices,
    WebhooksSchedule,
    WebhookRetention,
    WebhookRetentionSchedule,
    WebhookSecretsSchedule,
  ],
})
export class SubscriptionsWorker {}
