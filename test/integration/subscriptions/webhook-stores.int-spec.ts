import { WebhookDeliveries } from '../../../libs/subscriptions/src/domain/webhook-deliveries.js';
import { WebhookEndpoints } from '../../../libs/subscriptions/src/domain/webhook-endpoints.js';
import { PostgresWebhookDeliveries } from '../../../libs/subscriptions/src/infrastructure/postgres-webhook-deliveries.js';
import { PostgresWebhookEndpoints } from '../../../libs/subscriptions/src/infrastructure/postgres-webhook-endpoints.js';
import { type WebhookStores, webhookStoresContract } from '../../../libs/subscriptions/src/testing/webhook-stores.contract.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

let fresh: FreshDatabase;
let platform: Platform;

beforeAll(async () => {
  fresh = await freshDatabase();
  const providers = [
    { provide: WebhookEndpoints, useClass: PostgresWebhookEndpoints },
    { provide: WebhookDeliveries, useClass: PostgresWebhookDeliveries },
  ];
  platform = await startPlatform(fresh.url, {}, { providers });
}, 60_000);
afterAll(async () => {
  await platform?.app.close();
  await fresh?.drop();
});

async function makeStores(): Promise<WebhookStores> {
  const { app, database } = platform;
  await database.query('TRUNCATE subscriptions.webhook_endpoints, subscriptions.webhook_deliveries');
  return { endpoints: app.get(WebhookEndpoints), deliveries: app.get(WebhookDeliveries) };
}

describe('Webhook endpoints and deliveries in PostgreSQL', () => webhookStoresContract(makeStores));
