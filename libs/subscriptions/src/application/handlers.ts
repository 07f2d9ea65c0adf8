/** Every handler of the subscriptions context. The modules provide them. */
import { ChangeWebhookEndpointHandler } from './commands/change-webhook-endpoint.js';
import { CreateWebhookEndpointHandler } from './commands/create-webhook-endpoint.js';
import { DeleteWebhookEndpointHandler } from './commands/delete-webhook-endpoint.js';
import { EnableWebhookEndpointHandler } from './commands/enable-webhook-endpoint.js';
import { ReplayFailedDeliveriesHandler } from './commands/replay-failed-deliveries.js';
import { ReplayWebhookDeliveryHandler } from './commands/replay-webhook-delivery.js';
import { RotateWebhookSecretHandler } from './commands/rotate-webhook-secret.js';
import { SendTestEventHandler } from './commands/send-test-event.js';
import { WebhookDeliveriesHandler } from './queries/webhook-deliveries.js';
import { WebhookDeliveryHandler } from './queries/webhook-delivery.js';
import { WebhookEndpointHandler } from './queries/webhook-endpoint.js';
import { WebhookEndpointsHandler } from './queries/webhook-endpoints.js';
import { WebhookAttempts } from './webhook-attempts.js';
import { WebhookCollector } from './webhook-collector.js';
import { WebhookSecretSealing } from './webhook-secret-sealing.js';

/** Handlers of commands and queries. */
export const subscriptionsHandlers = [
  CreateWebhookEndpointHandler,
  ChangeWebhookEndpointHandler,
  DeleteWebhookEndpointHandler,
  RotateWebhookSecretHandler,
  EnableWebhookEndpointHandler,
  SendTestEventHandler,
  ReplayWebhookDeliveryHandler,
  ReplayFailedDeliveriesHandler,
  WebhookEndpointsHandler,
  WebhookEndpointHandler,
  WebhookDeliveriesHandler,
  WebhookDeliveryHandler,
];

/** Run by the worker only. */
export const subscriptionsServices = [WebhookCollector, WebhookAttempts, WebhookSecretSealing];
