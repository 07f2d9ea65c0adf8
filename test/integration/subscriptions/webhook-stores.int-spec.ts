import pg from 'pg';
import { newId } from '@app/kernel/id.js';
import { WebhookDeliveries } from '../../../libs/subscriptions/src/domain/webhook-deliveries.js';
import { WebhookDelivery } from '../../../libs/subscriptions/src/domain/webhook-delivery.js';
import { WebhookEndpoint } from '../../../libs/subscriptions/src/domain/webhook-endpoint.js';
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

describe('A delivery that another worker is claiming', () => {
  it('the delivery is passed over, and the worker does not wait for it', async () => {
    const [{ endpoints, deliveries }, now] = [await makeStores(), new Date()];
    const settings = { url: 'https://receiver.example/', description: '', types: null };
    const { state } = await endpoints.addKnowingOthers(() => WebhookEndpoint.create(settings, { secret: 'sealed', cursor: null, now }));
    const [first, second] = [newId(), newId()].map((eventId) =>
      WebhookDelivery.request({ endpointId: state.id, eventId, type: 'movies.movie-added.v1' }, now),
    );
    await deliveries.add([first!, second!]);
    const worker = new pg.Client(fresh.url);
    await worker.connect();
    try {
      await worker.query('BEGIN');
      await worker.query('SELECT FROM subscriptions.webhook_deliveries WHERE id = $1 FOR UPDATE', [first!.state.id]);
      const claimed = await deliveries.claim({ perEndpoint: 5, busy: new Map(), leaseMs: 60_000, now });
      expect(claimed.map(({ id }) => id)).toEqual([second!.state.id]);
    } finally {
      await worker.end();
    }
  });
});
