import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

const setWebhookFault = (fault: object) => harness.control('PUT', '/faults', { webhooks: [fault] });

describe('Webhook faults', () => {
  it('an event with the fault duplicate is delivered several times', async () => {
    await setWebhookFault({ duplicate: 2, next: 1 });
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(3);
    expect(new Set(harness.webhooks.received.map(({ event }) => event.id)).size).toBe(1);
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(4);
    expect(await harness.control('GET', '/faults')).toEqual({ webhooks: [], api: [] });
  });

  it('an event with the fault delayMs is delivered late', async () => {
    await setWebhookFault({ delayMs: 150 });
    const sentAtMs = Date.now();
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(1);
    expect(Number(harness.webhooks.received[0]?.receivedAtMs) - sentAtMs).toBeGreaterThanOrEqual(149);
  });

  it('events with the fault shuffleMs arrive out of order', async () => {
    await setWebhookFault({ shuffleMs: 800 });
    const created: string[] = [];
    for (let index = 0; index < 20; index += 1) created.push((await stripe.paymentIntents.create(INTENT_PARAMETERS)).id);
    await harness.webhooks.waitForCount(20);
    const received = harness.webhooks.received.map(({ event }) => (event.data.object as Stripe.PaymentIntent).id);
    expect(received).not.toEqual(created);
    expect([...received].sort()).toEqual([...created].sort());
  });

  it('an event with the fault drop is listed but not delivered', async () => {
    await setWebhookFault({ events: ['payment_intent.succeeded'], drop: true });
    await harness.pay();
    await harness.webhooks.waitForCount(3);
    expect(harness.webhooks.eventTypes).not.toContain('payment_intent.succeeded');
    expect((await stripe.events.list({ delivery_success: false })).data.map(({ type }) => type)).toContain('payment_intent.succeeded');
  });

  it('a delivery has wrong values while the API returns the right ones', async () => {
    await setWebhookFault({ events: ['payment_intent.*'], wrongAmount: 1, wrongCurrency: 'usd', livemode: true });
    const paid = await harness.pay();
    const event = await harness.webhooks.firstEvent('payment_intent.succeeded');
    expect(event).toMatchObject({
      livemode: true,
      data: { object: { id: paid.id, amount: 1, amount_received: 1, currency: 'usd', livemode: true } },
    });
    expect(harness.webhooks.received.every(({ verified }) => verified)).toBe(true);
    expect(await stripe.paymentIntents.retrieve(paid.id)).toMatchObject({ amount: 2400, currency: 'eur', livemode: false });
    expect((await harness.webhooks.firstEvent('charge.succeeded')).data.object).toMatchObject({ amount: 2400 });
  });

  it('a delivery names the API version of its fault', async () => {
    await setWebhookFault({ apiVersion: '2020-08-27' });
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    expect((await harness.webhooks.firstEvent('payment_intent.created')).api_version).toBe('2020-08-27');
  });

  it('a delivery signed with another secret does not verify', async () => {
    await setWebhookFault({ secret: 'whsec_forged', next: 1 });
    await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.webhooks.waitForCount(1);
    expect(harness.webhooks.received[0]?.verified).toBe(false);
  });

  it('only matching events reduce the next of a fault', async () => {
    await setWebhookFault({ events: ['payment_intent.succeeded'], next: 2, drop: true });
    await harness.pay();
    expect(await harness.control('GET', '/faults')).toMatchObject({ webhooks: [{ next: 1 }] });
    await harness.pay();
    expect(await harness.control('GET', '/faults')).toMatchObject({ webhooks: [] });
  });
});
