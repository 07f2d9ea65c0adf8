export { WebhookRetention } from './infrastructure/webhook-retention.schedule.js';
export { SubscriptionsApi, SubscriptionsWorker } from './subscriptions.module.js';
export { SubscriptionsSettings } from './subscriptions.settings.js';
export { newWebhookSecret, webhookHeaders } from './domain/webhook-signature.js';
