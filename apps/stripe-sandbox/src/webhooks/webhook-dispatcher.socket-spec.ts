import { setTimeout as sleep } from 'node:timers/promises';
import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';
import { waitUntil } from '../testing/webhook-receiver.js';
import type { DeliveryView } from './deliveries.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

const listDeliveries = async (query = '') => (await harness.control<{ data: DeliveryView[] }>('GET', `/webhooks${query}`)).data;

describe('Events', () => {
  it('a payment creates the events that Stripe sends', async () => {
    await harness.pay();
    await harness.webhooks.waitForCount(4);
    expect(harness.webhooks.eventTypes.sort()).toEqual([
      'charge.succeeded',
      'charge.updated',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    expect(harness.webhooks.received.every(({ verified }) => verified)).toBe(true);
  });

  it('only synchronous capture sets the balance transaction at once', async () => {
    await harness.pay('pm_card_visa', { capture_method: 'automatic' });
    const event = await harness.webhooks.firstEvent('charge.succeeded');
    expect((event.data.object as Stripe.Charge).balance_transaction).toMatch(/^txn_/);
    expect(harness.webhooks.eventTypes).not.toContain('charge.updated');
  });

  it('declines, cancellations, authentications and refunds create events', async () => {
    await stripeErrorOf(harness.pay('pm_card_visa_chargeDeclined'));
    await harness.webhooks.firstEvent('payment_intent.payment_failed');
    await harness.webhooks.firstEvent('charge.failed');
    const waiting = await harness.pay('pm_card_authenticationRequired');
    await harness.webhooks.firstEvent('payment_intent.requires_action');
    await stripe.paymentIntents.cancel(waiting.id);
    await harness.webhooks.firstEvent('payment_intent.canceled');
    const paid = await harness.pay();
    await stripe.refunds.create({ payment_intent: paid.id, amount: 100 });
    await harness.webhooks.firstEvent('refund.created');
    const refunded = await harness.webhooks.firstEvent('charge.refunded');
    expect(refunded.data).toMatchObject({ object: { amount_refunded: 100 }, previous_attributes: { amount_refunded: 0 } });
  });

  it('an event contains the object of its time and its request', async () => {
    const intent = await stripe.paymentIntents.create(
      { ...INTENT_PARAMETERS, metadata: { paymentId: 'p-1' } },
      { idempotencyKey: 'payment:1:1' },
    );
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    const created = await harness.webhooks.firstEvent('payment_intent.created');
    expect(created).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
      pending_webhooks: 1,
      request: { id: intent.lastResponse.requestId, idempotency_key: 'payment:1:1' },
      data: { object: { id: intent.id, status: 'requires_payment_method', metadata: { paymentId: 'p-1' } } },
    });
    expect(created.id).toMatch(/^evt_3\w{23}$/);
  });

  it('events are listed by type and by delivery', async () => {
    harness.webhooks.respond = ({ event }) => (event.type === 'charge.succeeded' ? 500 : 200);
    await harness.pay();
    await waitUntil(async () => (await listDeliveries()).every(({ state }) => state !== 'pending'));
    const types = async (params: Stripe.EventListParams) => (await stripe.events.list(params)).data.map(({ type }) => type);
    expect(await types({ type: 'payment_intent.succeeded' })).toEqual(['payment_intent.succeeded']);
    expect(await types({ type: 'charge.*' })).toEqual(['charge.updated', 'charge.succeeded']);
    expect(await types({ types: ['payment_intent.created', 'charge.updated'] })).toEqual(['charge.updated', 'payment_intent.created']);
    expect(await types({ delivery_success: false })).toEqual(['charge.succeeded']);
    expect(await types({ delivery_success: true })).toHaveLength(3);
    expect(await types({ created: { lt: 1000 } })).toEqual([]);
    expect(await stripeErrorOf(stripe.events.list({ type: 'a', types: ['b'] }))).toMatchObject({ code: 'parameters_exclusive' });
    const [event] = (await stripe.events.list({ type: 'payment_intent.succeeded' })).data;
    expect(await stripe.events.retrieve(String(event?.id))).toMatchObject({ id: event?.id, pending_webhooks: 0 });
    expect((await stripe.events.list({ limit: 1 }).autoPagingToArray({ limit: 50 })).length).toBe(4);
  });
});

describe('Deliveries', () => {
  it('a failed delivery is retried until it is accepted', async () => {
    harness.webhooks.respond = (_, count) => (count < 3 ? 503 : 204);
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(3);
    expect(new Set(harness.webhooks.received.map(({ event }) => event.id)).size).toBe(1);
    expect(harness.webhooks.received.every(({ verified }) => verified)).toBe(true);
    await waitUntil(async () => (await listDeliveries('?state=delivered')).length === 1);
    const [delivery] = await listDeliveries();
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([503, 503, 204]);
    expect(delivery?.attempts[0]?.error).toBe('answered 503');
  });

  it('the delay before a retry grows', async () => {
    await harness.close();
    harness = await SandboxHarness.start({ retryDelaysMs: [30, 120] });
    harness.webhooks.respond = () => 500;
    await harness.stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(3);
    const [first = 0, second = 0, third = 0] = harness.webhooks.received.map(({ receivedAtMs }) => receivedAtMs);
    expect(second - first).toBeGreaterThanOrEqual(29);
    expect(third - second).toBeGreaterThanOrEqual(119);
  });

  it('a delivery fails after the last retry', async () => {
    harness.webhooks.respond = () => 400;
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await waitUntil(async () => (await listDeliveries('?state=failed')).length === 1);
    expect(harness.webhooks.received).toHaveLength(4);
    expect((await stripe.events.list({ delivery_success: false })).data[0]?.data.object).toMatchObject({ id: intent.id });
  });

  it('a delivery does not follow a redirect', async () => {
    harness.webhooks.respond = (_, count) => (count === 1 ? 302 : 200);
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(2);
    expect(harness.webhooks.paths).toEqual(['/webhooks', '/webhooks']);
  });

  it('a refused connection is recorded as the error', async () => {
    await harness.webhooks.close();
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await waitUntil(async () => (await listDeliveries('?state=failed')).length === 1);
    expect((await listDeliveries())[0]?.attempts[0]).toMatchObject({ status: null, error: expect.stringContaining('ECONNREFUSED') });
  });

  it('a delivery without a response times out', async () => {
    await harness.close();
    harness = await SandboxHarness.start({ webhookTimeoutMs: 1_000 });
    harness.webhooks.respond = (_, count) => (count === 1 ? 'hang' : 200);
    await harness.stripe.paymentIntents.create(INTENT_PARAMETERS);
    await waitUntil(async () => (await listDeliveries('?state=delivered')).length === 1);
    const attempts = (await listDeliveries())[0]?.attempts;
    expect(attempts?.[0]).toMatchObject({ status: null, error: 'no answer within 1000 ms' });
    expect(attempts?.at(-1)).toMatchObject({ status: 200, error: null });
  });

  it('an event can be sent again', async () => {
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    const event = await harness.webhooks.firstEvent('payment_intent.created');
    await harness.control('POST', `/events/${event.id}/resend`);
    await harness.webhooks.waitForCount(2);
    expect(harness.webhooks.received[1]?.event.id).toBe(event.id);
    expect((await listDeliveries(`?event=${event.id}`)).length).toBe(2);
    expect((await harness.tryControl('POST', '/events/evt_none/resend')).json().error).toBe('there is no event evt_none');
  });

  it('at most 16 deliveries are sent at once', async () => {
    let openRequests = 0;
    let maxOpenRequests = 0;
    harness.webhooks.respond = async () => {
      openRequests += 1;
      maxOpenRequests = Math.max(maxOpenRequests, openRequests);
      await sleep(10);
      openRequests -= 1;
      return 200;
    };
    await Promise.all(Array.from({ length: 60 }, () => stripe.paymentIntents.create(INTENT_PARAMETERS)));
    await harness.webhooks.waitForCount(60);
    expect(maxOpenRequests).toBeGreaterThan(1);
    expect(maxOpenRequests).toBeLessThanOrEqual(16);
  });

  it('a sandbox without a webhook URL makes no deliveries', async () => {
    await harness.close();
    harness = await SandboxHarness.start({ webhookUrl: null });
    await harness.stripe.paymentIntents.create(INTENT_PARAMETERS);
    expect((await harness.stripe.events.list()).data[0]).toMatchObject({ type: 'payment_intent.created', pending_webhooks: 0 });
    expect(await listDeliveries()).toEqual([]);
    const [event] = (await harness.stripe.events.list()).data;
    expect((await harness.tryControl('POST', `/events/${event?.id}/resend`)).json().error).toBe(
      'the sandbox was started without a webhook URL',
    );
  });
});
