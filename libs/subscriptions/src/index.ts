export { WebhookRetention } from './infrastructure/webhooks.schedule.js';
export { SubscriptionsApi, SubscriptionsWorker } from './subscriptions.module.js';
export { SubscriptionsSettings } from './subscriptions.settings.js';
export { newWebhookSecret, webhookHeaders } from './domain/webhook-signature.js';
