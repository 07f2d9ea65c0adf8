import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { Bench, order, refusal } from '../testing/bench.js';
import { until } from '../testing/receiver.js';
import type { FaultSettings } from './fault-settings.js';

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(() => bench.close());

const webhookFault = (fault: object) => bench.knob('PUT', '/faults', { webhooks: [fault] });
const apiFault = (fault: object) => bench.knob('PUT', '/faults', { api: [fault] });
const intents = async () => (await bench.client('sk_test_other').paymentIntents.list()).data;

describe('Webhooks gone wrong', () => {
  it('come several times', async () => {
    await webhookFault({ duplicate: 2, next: 1 });
    await stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 3);
    expect(new Set(bench.webhooks.received.map(({ event }) => event.id)).size).toBe(1);
    await stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 4);
    expect(await bench.knob('GET', '/faults')).toEqual({ webhooks: [], api: [] });
  });

  it('come late', async () => {
    await webhookFault({ delayMs: 150 });
    const sentAt = Date.now();
    await stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 1);
    expect(Number(bench.webhooks.received[0]?.at) - sentAt).toBeGreaterThanOrEqual(149);
  });

  it('overtake each other', async () => {
    await webhookFault({ shuffleMs: 800 });
    const created: string[] = [];
    for (let index = 0; index < 20; index += 1) created.push((await stripe.paymentIntents.create(order)).id);
    await bench.webhooks.until(() => bench.webhooks.received.length === 20);
    const received = bench.webhooks.received.map(({ event }) => (event.data.object as Stripe.PaymentIntent).id);
    expect(received).not.toEqual(created);
    expect([...received].sort()).toEqual([...created].sort());
  });

  it('never come, though the event exists', async () => {
    await webhookFault({ events: ['payment_intent.succeeded'], drop: true });
    await bench.pay();
    await bench.webhooks.until(() => bench.webhooks.received.length === 3);
    expect(bench.webhooks.types).not.toContain('payment_intent.succeeded');
    expect((await stripe.events.list({ delivery_success: false })).data.map(({ type }) => type)).toContain('payment_intent.succeeded');
  });

  it('lie about amount, currency and mode, while the API tells the truth', async () => {
    await webhookFault({ events: ['payment_intent.*'], wrongAmount: 1, wrongCurrency: 'usd', livemode: true });
    const paid = await bench.pay();
    const event = await bench.webhooks.first('payment_intent.succeeded');
    expect(event).toMatchObject({
      livemode: true,
      data: { object: { id: paid.id, amount: 1, amount_received: 1, currency: 'usd', livemode: true } },
    });
    expect(bench.webhooks.received.every(({ verified }) => verified)).toBe(true);
    expect(await stripe.paymentIntents.retrieve(paid.id)).toMatchObject({ amount: 2400, currency: 'eur', livemode: false });
    expect((await bench.webhooks.first('charge.succeeded')).data.object).toMatchObject({ amount: 2400 });
  });

  it('are rendered for another API version', async () => {
    await webhookFault({ apiVersion: '2020-08-27' });
    await stripe.paymentIntents.create(order);
    expect((await bench.webhooks.first('payment_intent.created')).api_version).toBe('2020-08-27');
  });

  it('are forged', async () => {
    await webhookFault({ secret: 'whsec_forged', next: 1 });
    await stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 1);
    expect(bench.webhooks.received[0]?.verified).toBe(false);
  });

  it('count only the events they are about', async () => {
    await webhookFault({ events: ['payment_intent.succeeded'], next: 2, drop: true });
    await bench.pay();
    expect(await bench.knob('GET', '/faults')).toMatchObject({ webhooks: [{ next: 1 }] });
    await bench.pay();
    expect(await bench.knob('GET', '/faults')).toMatchObject({ webhooks: [] });
  });
});

describe('Requests gone wrong', () => {
  it('meet a rate limit, and a lock that may be tried again', async () => {
    await apiFault({ answer: 'rate_limit', next: 1 });
    expect(await refusal(stripe.paymentIntents.create(order))).toMatchObject({
      type: 'StripeRateLimitError',
      statusCode: 429,
      code: 'rate_limit',
    });
    await apiFault({ answer: 'lock_timeout', next: 1 });
    const patient = bench.client('sk_test_x', { maxNetworkRetries: 1 });
    expect((await patient.paymentIntents.create(order)).id).toMatch(/^pi_/);
    expect(await intents()).toHaveLength(1);
  });

  it('leave the key free when they were turned away', async () => {
    await apiFault({ answer: 'rate_limit', next: 1 });
    await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k' }));
    expect((await stripe.paymentIntents.create(order, { idempotencyKey: 'k' })).id).toMatch(/^pi_/);
  });

  it('end in a 500 that the key keeps, though nothing happened', async () => {
    await apiFault({ answer: 'server_error', next: 1 });
    const first = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k' }));
    expect(first).toMatchObject({ type: 'StripeAPIError', statusCode: 500, headers: { 'stripe-should-retry': 'false' } });
    const second = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k' }));
    expect(second).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect(await intents()).toHaveLength(0);
    expect((await stripe.paymentIntents.create(order, { idempotencyKey: 'k2' })).id).toMatch(/^pi_/);
  });

  it('end in a 500 that the key keeps, though everything happened', async () => {
    await apiFault({ answer: 'server_error', when: 'after', next: 1 });
    await refusal(stripe.paymentIntents.create({ ...order, metadata: { paymentId: 'p-1' } }, { idempotencyKey: 'k' }));
    expect(
      await refusal(stripe.paymentIntents.create({ ...order, metadata: { paymentId: 'p-1' } }, { idempotencyKey: 'k' })),
    ).toMatchObject({ statusCode: 500 });
    expect((await stripe.paymentIntents.search({ query: 'metadata["paymentId"]:"p-1"' })).data).toHaveLength(1);
  });

  it('end in a 500 that is forgotten', async () => {
    await apiFault({ answer: 'server_error', when: 'after', next: 1, storesIdempotent: false });
    await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k' }));
    const replayed = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
    expect(replayed.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await intents()).toHaveLength(1);

    await apiFault({ answer: 'server_error', next: 1, storesIdempotent: false });
    expect((await bench.client('sk_test_x', { maxNetworkRetries: 1 }).paymentIntents.create(order)).id).toMatch(/^pi_/);
    await apiFault({ answer: 'server_error', when: 'after', next: 1, storesIdempotent: false });
    expect((await bench.client('sk_test_x', { maxNetworkRetries: 1 }).paymentIntents.create(order)).id).toMatch(/^pi_/);
    expect(await intents()).toHaveLength(3);
  });

  it.each(['before', 'after'])('lose the connection %s they took effect; the same key finds out', async (when) => {
    // The SDK itself repeats a request once when its connection closed.
    await apiFault({ answer: 'close', when, next: 2 });
    const lost = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k' }));
    expect(lost.type).toBe('StripeConnectionError');
    expect(await intents()).toHaveLength(when === 'after' ? 1 : 0);
    await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
    expect(await intents()).toHaveLength(1);
  });

  it.each(['before', 'after'])('hang %s they took effect until the client gives up', async (when) => {
    await apiFault({ answer: 'hang', when, next: 1 });
    const hasty = bench.client('sk_test_x', { timeout: 80 });
    expect((await refusal(hasty.paymentIntents.create(order, { idempotencyKey: 'k' }))).message).toContain('timeout');
    expect(await intents()).toHaveLength(when === 'after' ? 1 : 0);
    await until(
      async () =>
        (await bench.curl('POST', '/v1/payment_intents', { authorization: 'Bearer sk_test_x', 'idempotency-key': 'other' }, '')).status ===
        400,
    );
    const patient = bench.client('sk_test_x', { maxNetworkRetries: 2 });
    await patient.paymentIntents.create(order, { idempotencyKey: 'k' });
    expect(await intents()).toHaveLength(1);
  });

  it('keep their key to themselves while they hang', async () => {
    await apiFault({ answer: 'hang', next: 1 });
    const hanging = refusal(bench.client('sk_test_x', { timeout: 5000 }).paymentIntents.create(order, { idempotencyKey: 'k' }));
    await until(async () => (await bench.knob<FaultSettings>('GET', '/faults')).api.length === 0);
    expect(await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k' }))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    expect((await stripe.paymentIntents.create(order, { idempotencyKey: 'k2' })).id).toMatch(/^pi_/);
    await bench.sandbox.close();
    expect((await hanging).type).toBe('StripeConnectionError');
  });

  it('are chosen by method and path', async () => {
    await apiFault({ method: 'POST', path: '/v1/payment_intents/*/confirm', answer: 'rate_limit' });
    const intent = await stripe.paymentIntents.create(order);
    expect(await refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }))).toMatchObject({ statusCode: 429 });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
    expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled');
  });

  it('fail with a probability', async () => {
    await apiFault({ answer: 'rate_limit', probability: 0.5 });
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => stripe.paymentIntents.create(order)));
    const failed = outcomes.filter(({ status }) => status === 'rejected').length;
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(55);
    await apiFault({ answer: 'rate_limit', probability: 0 });
    expect((await stripe.paymentIntents.create(order)).id).toMatch(/^pi_/);
  });

  it('are healed by taking the faults away', async () => {
    await apiFault({ answer: 'server_error' });
    await refusal(stripe.paymentIntents.create(order));
    await bench.knob('DELETE', '/faults');
    expect((await stripe.paymentIntents.create(order)).id).toMatch(/^pi_/);
  });
});

describe('Faults that make no sense', () => {
  it.each([
    [{ api: [{}] }, "api/0 must have required property 'answer'"],
    [{ api: [{ answer: 'explode' }] }, 'api/0/answer must be one of rate_limit, lock_timeout, server_error, close, hang, delay'],
    [{ api: [{ answer: 'close', probability: 2 }] }, 'api/0/probability must be <= 1'],
    [{ api: [{ answer: 'rate_limit', when: 'after' }] }, 'api/0/when must be before: rate_limit refuses a request that was never executed'],
    [{ webhooks: [{ duplicate: 0 }] }, 'webhooks/0/duplicate must be >= 1'],
    [{ webhooks: [{ next: '3' }] }, 'webhooks/0/next must be integer'],
    [{ webhooks: [{ wrongAmmount: 3 }] }, 'webhooks/0 has an unknown property wrongAmmount'],
    [{ webhook: [] }, 'the body has an unknown property webhook'],
    [{ webhooks: [{ events: ['Payment Intent'] }] }, 'webhooks/0/events/0 must match pattern'],
  ])('%j are refused with the reason', async (settings, reason) => {
    const answered = await bench.turn('PUT', '/faults', settings);
    expect(answered.status).toBe(400);
    expect(answered.json().error).toContain(reason);
    expect(await bench.knob('GET', '/faults')).toEqual({ webhooks: [], api: [] });
  });
});
