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

const commandHandlers = [
  ChangeWebhookEndpointHandler,
  CreateWebhookEndpointHandler,
  DeleteWebhookEndpointHandler,
  EnableWebhookEndpointHandler,
  ReplayFailedDeliveriesHandler,
  ReplayWebhookDeliveryHandler,
  RotateWebhookSecretHandler,
  SendTestEventHandler,
];

const queryHandlers = [WebhookDeliveriesHandler, WebhookDeliveryHandler, WebhookEndpointHandler, WebhookEndpointsHandler];

export const subscriptionsHandlers = [...commandHandlers, ...queryHandlers];

/** Run by the worker only. */
export const subscriptionsServices = [WebhookAttempts, WebhookCollector, WebhookSecretSealing];
