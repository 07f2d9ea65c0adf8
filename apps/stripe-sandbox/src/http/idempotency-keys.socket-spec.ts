import { vi } from 'vitest';
import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';
import { waitUntil } from '../testing/webhook-receiver.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(async () => {
  vi.useRealTimers();
  await harness.close();
});

const listIntents = async () => (await stripe.paymentIntents.list()).data;

describe('Idempotency keys', () => {
  it('a repeated key executes the request once and returns the same response', async () => {
    const first = await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'payment:1:1' });
    const second = await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'payment:1:1' });
    expect(second).toEqual(first);
    expect(await listIntents()).toHaveLength(1);
    expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
    expect(second.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.lastResponse.requestId });
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  });

  it('the order of the parameters makes no difference for a key', async () => {
    const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': 'k' };
    const first = await harness.request('POST', '/v1/payment_intents', {
      headers,
      body: 'amount=2400&currency=eur&metadata[a]=1&metadata[b]=2',
    });
    const second = await harness.request('POST', '/v1/payment_intents', {
      headers,
      body: 'metadata[b]=2&currency=eur&metadata[a]=1&amount=2400',
    });
    expect(second.text).toBe(first.text);
  });

  it('an error during execution is repeated for the key', async () => {
    const call = () =>
      stripeErrorOf(
        harness.stripe.paymentIntents.create(
          { ...INTENT_PARAMETERS, confirm: true, payment_method: 'pm_card_visa_chargeDeclined' },
          { idempotencyKey: 'declined' },
        ),
      );
    const first = await call();
    const second = await call();
    expect(second).toMatchObject({ statusCode: 402, code: 'card_declined', payment_intent: { id: first.payment_intent?.id } });
    expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true', 'stripe-should-retry': 'false' });
    expect(await listIntents()).toHaveLength(1);
  });

  it('a key can be used again after a request that was not executed', async () => {
    await stripeErrorOf(
      stripe.paymentIntents.create({ amount: 'many' as unknown as number, currency: 'eur' }, { idempotencyKey: 'fresh' }),
    );
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'fresh' });
    expect(intent.status).toBe('requires_payment_method');
  });

  it('a key is refused with other parameters than the first ones', async () => {
    await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'used' });
    const error = await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, amount: 2500 }, { idempotencyKey: 'used' }));
    expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    expect(error.message).toBe(
      "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'used' if you meant to execute a different request.",
    );
  });

  it('a key is refused for another endpoint than the first one', async () => {
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'used' });
    const error = await stripeErrorOf(stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'used' }));
    expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    expect(error.message).toContain(
      `for the same endpoint they were first used for ('/v1/payment_intents/${intent.id}/cancel' vs '/v1/payment_intents').`,
    );
  });

  it('a key in use is refused with 409', async () => {
    await harness.control('PUT', '/faults', { api: [{ answer: 'delay', delayMs: 1000, next: 1 }] });
    let firstEnded = false;
    const first = stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'busy' }).finally(() => (firstEnded = true));
    await waitUntil(async () => (await harness.control<{ api: [] }>('GET', '/faults')).api.length === 0);
    const error = await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'busy' }));
    expect(firstEnded).toBe(false);
    expect(error).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use', headers: { 'stripe-should-retry': 'true' } });
    const retrying = harness.client('sk_test_x', { maxNetworkRetries: 3 });
    expect((await retrying.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'busy' })).id).toBe((await first).id);
  });

  it('simultaneous requests with one key create one intent', async () => {
    const responses = await Promise.all(
      [1, 2, 3].map(() =>
        harness.client('sk_test_x', { maxNetworkRetries: 2 }).paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'race' }),
      ),
    );
    expect(new Set(responses.map(({ id }) => id)).size).toBe(1);
  });

  it('a key can be used again after 24 hours', async () => {
    await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'old' });
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now + 23.9 * 3_600_000 });
    await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'old' });
    expect(await listIntents()).toHaveLength(1);
    vi.setSystemTime(now + 24.1 * 3_600_000);
    await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, amount: 9900 }, { idempotencyKey: 'old' });
    expect(await listIntents()).toHaveLength(2);
  });

  it('a key of more than 255 characters is refused', async () => {
    expect((await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k'.repeat(255) })).id).toMatch(/^pi_/);
    expect(await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k'.repeat(256) }))).toMatchObject({
      statusCode: 400,
    });
  });
});
