import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import {
  TooManyWebhookEndpoints,
  WebhookDeliveryNotFound,
  WebhookEndpointIsDisabled,
  WebhookEndpointNotFound,
  WebhookEventDeleted,
  WebhookUrlRefused,
} from '../../domain/errors.js';
import { TEST_EVENT_TYPE } from '../../domain/webhook-delivery.js';
import { ADMIN_ID, SubscriptionsHarness, URL_OF_RECEIVER } from '../../testing/subscriptions-harness.js';
import { ChangeWebhookEndpoint } from './change-webhook-endpoint.js';
import { CreateWebhookEndpoint } from './create-webhook-endpoint.js';
import { DeleteWebhookEndpoint } from './delete-webhook-endpoint.js';
import { EnableWebhookEndpoint } from './enable-webhook-endpoint.js';
import { ReplayFailedDeliveries } from './replay-failed-deliveries.js';
import { ReplayWebhookDelivery } from './replay-webhook-delivery.js';
import { RotateWebhookSecret } from './rotate-webhook-secret.js';
import { SendTestEvent } from './send-test-event.js';

const settings = (url = URL_OF_RECEIVER) => ({ url, description: 'Till', types: null });

describe('The commands of webhooks', () => {
  let harness: SubscriptionsHarness;
  let id: string;
  beforeEach(async () => {
    harness = new SubscriptionsHarness();
    id = await harness.createEndpoint();
  });

  const actions = () => harness.audit.entries.map(({ action }) => action);
  const disable = () =>
    harness.endpoints.change(id, (endpoint) => endpoint.recordFailure({ at: harness.clock.now(), isGone: true, askedPauseMs: null }));

  it('a new endpoint begins at the end of the feed; only its answer has the secret', async () => {
    const { endpoint, secret } = await harness.execute(new CreateWebhookEndpoint(ADMIN_ID, settings('https://other.example/#part')));
    expect(harness.endpoint(endpoint.id)).toMatchObject({
      url: 'https://other.example/',
      cursor: 'end',
      status: 'enabled',
      secret: `${endpoint.id} ${secret}`,
    });
    expect(actions()).toEqual(['subscriptions.create-webhook-endpoint']);
    expect(JSON.stringify(harness.audit.entries)).not.toContain(secret);
  });

  it('an endpoint beyond the limit is refused, and a deleted one counts no more', async () => {
    await harness.execute(new CreateWebhookEndpoint(ADMIN_ID, settings()));
    await expect(harness.execute(new CreateWebhookEndpoint(ADMIN_ID, settings()))).rejects.toThrow(TooManyWebhookEndpoints);
    await harness.execute(new DeleteWebhookEndpoint(ADMIN_ID, id));
    await expect(harness.execute(new CreateWebhookEndpoint(ADMIN_ID, settings()))).resolves.toBeDefined();
  });

  it('an address inside our network is refused, for a new endpoint and a change', async () => {
    const url = 'https://10.0.0.1/';
    await expect(harness.execute(new CreateWebhookEndpoint(ADMIN_ID, settings(url)))).rejects.toThrow(WebhookUrlRefused);
    await expect(harness.execute(new ChangeWebhookEndpoint(ADMIN_ID, id, { url }))).rejects.toThrow(WebhookUrlRefused);
    expect(harness.endpoint(id).url).toBe(URL_OF_RECEIVER);
  });

  it('what a change leaves out stays', async () => {
    await harness.execute(new ChangeWebhookEndpoint(ADMIN_ID, id, { description: 'Ticket printer' }));
    expect(harness.endpoint(id)).toMatchObject({ url: URL_OF_RECEIVER, description: 'Ticket printer', version: 2 });
    expect(harness.audit.entries).toMatchObject([{ subject: id, details: { description: 'Ticket printer' } }]);
  });

  it('a deleted endpoint is not found by any command', async () => {
    await harness.execute(new DeleteWebhookEndpoint(ADMIN_ID, id));
    expect(harness.endpoint(id)).toMatchObject({ status: 'deleted', secret: '' });
    for (const command of [
      new ChangeWebhookEndpoint(ADMIN_ID, id, {}),
      new DeleteWebhookEndpoint(ADMIN_ID, id),
      new RotateWebhookSecret(ADMIN_ID, id),
      new EnableWebhookEndpoint(ADMIN_ID, id),
      new SendTestEvent(ADMIN_ID, id),
      new ReplayFailedDeliveries(ADMIN_ID, id, new Date(0)),
      new ReplayWebhookDelivery(ADMIN_ID, id, newId()),
    ])
      await expect(harness.execute<unknown>(command)).rejects.toThrow(WebhookEndpointNotFound);
    expect(actions()).toEqual(['subscriptions.delete-webhook-endpoint']);
  });

  it('a rotated secret is another one, and the one before signs for a day', async () => {
    const before = harness.endpoint(id).secret;
    const { secret } = await harness.execute(new RotateWebhookSecret(ADMIN_ID, id));
    expect(harness.endpoint(id)).toMatchObject({ secret: `${id} ${secret}`, previousSecret: before });
    expect(harness.endpoint(id).previousSecretUntil?.getTime()).toBe(harness.clock.now().getTime() + 24 * HOUR_MS);
    expect(JSON.stringify(harness.audit.entries)).not.toContain(secret);
  });

  it('an endpoint that is enabled again gets at once what waits for it', async () => {
    const deliveryId = await harness.execute(new SendTestEvent(ADMIN_ID, id));
    const later = addMs(harness.clock.now(), HOUR_MS);
    harness.deliveries.states.set(deliveryId, { ...harness.delivery(deliveryId), nextAttemptAt: later });
    await disable();
    expect(await harness.execute(new EnableWebhookEndpoint(ADMIN_ID, id))).toBe(true);
    expect(harness.endpoint(id).status).toBe('enabled');
    expect(harness.delivery(deliveryId).nextAttemptAt).toEqual(harness.clock.now());
  });

  it('an endpoint at another address gets at once what waits for it, and only then', async () => {
    const deliveryId = await harness.execute(new SendTestEvent(ADMIN_ID, id));
    const later = addMs(harness.clock.now(), HOUR_MS);
    harness.deliveries.states.set(deliveryId, { ...harness.delivery(deliveryId), nextAttemptAt: later });
    await harness.execute(new ChangeWebhookEndpoint(ADMIN_ID, id, { description: 'Ticket printer', url: URL_OF_RECEIVER }));
    expect(harness.delivery(deliveryId).nextAttemptAt).toEqual(later);
    await harness.execute(new ChangeWebhookEndpoint(ADMIN_ID, id, { url: 'https://other.example/' }));
    expect(harness.delivery(deliveryId).nextAttemptAt).toEqual(harness.clock.now());
  });

  it('an endpoint that is enabled already has no audit entry of it', async () => {
    expect(await harness.execute(new EnableWebhookEndpoint(ADMIN_ID, id))).toBe(false);
    expect(actions()).toEqual([]);
  });

  it('a test event goes to an enabled endpoint alone', async () => {
    const deliveryId = await harness.execute(new SendTestEvent(ADMIN_ID, id));
    expect(harness.delivery(deliveryId)).toMatchObject({ endpointId: id, type: TEST_EVENT_TYPE, status: 'waiting' });
    await disable();
    await expect(harness.execute(new SendTestEvent(ADMIN_ID, id))).rejects.toThrow(WebhookEndpointIsDisabled);
  });

  it('a delivery is replayed as if it had never been tried', async () => {
    const eventId = newId();
    const deliveryId = await harness.createFailedDelivery(id, eventId);
    harness.feed.keptEvents.add(eventId);
    harness.clock.advance(HOUR_MS);
    await harness.execute(new ReplayWebhookDelivery(ADMIN_ID, id, deliveryId));
    expect(harness.delivery(deliveryId)).toMatchObject({ status: 'waiting', attempts: 0, nextAttemptAt: harness.clock.now() });
  });

  it('a delivery whose event is not kept, or that another endpoint has, is refused', async () => {
    const deliveryId = await harness.createFailedDelivery(id, newId());
    await expect(harness.execute(new ReplayWebhookDelivery(ADMIN_ID, id, deliveryId))).rejects.toThrow(WebhookEventDeleted);
    const other = await harness.createEndpoint();
    await expect(harness.execute(new ReplayWebhookDelivery(ADMIN_ID, other, deliveryId))).rejects.toThrow(WebhookDeliveryNotFound);
    expect(actions()).toEqual([]);
  });

  it('failed deliveries are replayed from a time on', async () => {
    const early = await harness.createFailedDelivery(id, newId());
    harness.clock.advance(HOUR_MS);
    const [since, late] = [harness.clock.now(), await harness.createFailedDelivery(id, newId())];
    expect(await harness.execute(new ReplayFailedDeliveries(ADMIN_ID, id, since))).toEqual({ replayed: 1, isMore: false });
    expect([harness.delivery(early).status, harness.delivery(late).status]).toEqual(['failed', 'waiting']);
    expect(harness.audit.entries).toMatchObject([{ details: { since: since.toISOString(), replayed: 1 } }]);
  });
});
