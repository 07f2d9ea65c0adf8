import { InMemoryWebhookDeliveries } from './in-memory-webhook-deliveries.js';
import { InMemoryWebhookEndpoints } from './in-memory-webhook-endpoints.js';
import { webhookStoresContract } from './webhook-stores.contract.js';

describe('Webhook endpoints and deliveries in memory', () =>
  webhookStoresContract(() => {
    const endpoints = new InMemoryWebhookEndpoints();
    return Promise.resolve({ endpoints, deliveries: new InMemoryWebhookDeliveries(endpoints) });
  }));
