import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Stripe } from 'stripe';
import { Bench, order, refusal } from '../testing/bench.js';
import { until } from '../testing/receiver.js';

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(async () => {
  jest.useRealTimers();
  await bench.close();
});

const intents = async () => (await stripe.paymentIntents.list()).data;

describe('An idempotency key', () => {
  it('does a thing once and answers the same ever after', async () => {
    const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'payment:1:1' });
    const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'payment:1:1' });
    expect(second).toEqual(first);
    expect(await intents()).toHaveLength(1);
    expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
    expect(second.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.lastResponse.requestId });
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  });

  it('does not mind the order of the parameters', async () => {
    const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': 'k' };
    const one = await bench.curl('POST', '/v1/payment_intents', headers, 'amount=2400&currency=eur&metadata[a]=1&metadata[b]=2');
    const two = await bench.curl('POST', '/v1/payment_intents', headers, 'metadata[b]=2&currency=eur&metadata[a]=1&amount=2400');
    expect(two.text).toBe(one.text);
  });

  it('repeats what was refused while executing, as it was', async () => {
    const call = () =>
      refusal(
        bench.stripe.paymentIntents.create(
          { ...order, confirm: true, payment_method: 'pm_card_visa_chargeDeclined' },
          { idempotencyKey: 'declined' },
        ),
      );
    const first = await call();
    const second = await call();
    expect(second).toMatchObject({ statusCode: 402, code: 'card_declined', payment_intent: { id: first.payment_intent?.id } });
    expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true', 'stripe-should-retry': 'false' });
    expect(await intents()).toHaveLength(1);
  });

  it('is still free after a request that was never executed', async () => {
    await refusal(stripe.paymentIntents.create({ amount: 'many' as unknown as number, currency: 'eur' }, { idempotencyKey: 'fresh' }));
    const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'fresh' });
    expect(intent.status).toBe('requires_payment_method');
  });

  it('belongs to the parameters it was first used with', async () => {
    await stripe.paymentIntents.create(order, { idempotencyKey: 'mine' });
    const refused = await refusal(stripe.paymentIntents.create({ ...order, amount: 2500 }, { idempotencyKey: 'mine' }));
    expect(refused).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    expect(refused.message).toBe(
      "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'mine' if you meant to execute a different request.",
    );
  });

  it('belongs to the endpoint it was first used for', async () => {
    const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'mine' });
    const refused = await refusal(stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'mine' }));
    expect(refused).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    expect(refused.message).toContain(
      `for the same endpoint they were first used for ('/v1/payment_intents/${intent.id}/cancel' vs '/v1/payment_intents').`,
    );
  });

  it('refuses a second request while the first is under way', async () => {
    await bench.knob('PUT', '/faults', { api: [{ answer: 'delay', delayMs: 1000, next: 1 }] });
    let done = false;
    const first = stripe.paymentIntents.create(order, { idempotencyKey: 'busy' }).finally(() => (done = true));
    await until(async () => (await bench.knob<{ api: [] }>('GET', '/faults')).api.length === 0);
    const refused = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'busy' }));
    expect(done).toBe(false);
    expect(refused).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use', headers: { 'stripe-should-retry': 'true' } });
    const retrying = bench.client('sk_test_x', { maxNetworkRetries: 3 });
    expect((await retrying.paymentIntents.create(order, { idempotencyKey: 'busy' })).id).toBe((await first).id);
  });

  it('lets two requests of the same instant through as one', async () => {
    const both = await Promise.all(
      [1, 2, 3].map(() => bench.client('sk_test_x', { maxNetworkRetries: 2 }).paymentIntents.create(order, { idempotencyKey: 'race' })),
    );
    expect(new Set(both.map(({ id }) => id)).size).toBe(1);
  });

  it('is forgotten after a day', async () => {
    await stripe.paymentIntents.create(order, { idempotencyKey: 'old' });
    const now = Date.now();
    jest.useFakeTimers({
      doNotFake: [
        'setImmediate',
        'setTimeout',
        'setInterval',
        'clearTimeout',
        'clearInterval',
        'nextTick',
        'queueMicrotask',
        'performance',
      ],
      now: now + 23.9 * 3_600_000,
    });
    await stripe.paymentIntents.create(order, { idempotencyKey: 'old' });
    expect(await intents()).toHaveLength(1);
    jest.setSystemTime(now + 24.1 * 3_600_000);
    await stripe.paymentIntents.create({ ...order, amount: 9900 }, { idempotencyKey: 'old' });
    expect(await intents()).toHaveLength(2);
  });

  it('has at most 255 characters', async () => {
    expect((await stripe.paymentIntents.create(order, { idempotencyKey: 'k'.repeat(255) })).id).toMatch(/^pi_/);
    expect(await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k'.repeat(256) }))).toMatchObject({ statusCode: 400 });
  });
});
