import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';
import { waitUntil } from '../testing/webhook-receiver.js';
import type { FaultSettings } from './fault-settings.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

const setApiFault = (fault: object) => harness.control('PUT', '/faults', { api: [fault] });
const listIntents = async () => (await harness.client('sk_test_other').paymentIntents.list()).data;

describe('API faults', () => {
  it('rate_limit answers with 429, and a request after lock_timeout succeeds', async () => {
    await setApiFault({ answer: 'rate_limit', next: 1 });
    expect(await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS))).toMatchObject({
      type: 'StripeRateLimitError',
      statusCode: 429,
      code: 'rate_limit',
    });
    await setApiFault({ answer: 'lock_timeout', next: 1 });
    const retryingClient = harness.client('sk_test_x', { maxNetworkRetries: 1 });
    expect((await retryingClient.paymentIntents.create(INTENT_PARAMETERS)).id).toMatch(/^pi_/);
    expect(await listIntents()).toHaveLength(1);
  });

  it('an idempotency key can be used again after a rate limit', async () => {
    await setApiFault({ answer: 'rate_limit', next: 1 });
    await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }));
    expect((await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' })).id).toMatch(/^pi_/);
  });

  it('a 500 before the effect is stored for the idempotency key', async () => {
    await setApiFault({ answer: 'server_error', next: 1 });
    const first = await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }));
    expect(first).toMatchObject({ type: 'StripeAPIError', statusCode: 500, headers: { 'stripe-should-retry': 'false' } });
    const second = await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }));
    expect(second).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect(await listIntents()).toHaveLength(0);
    expect((await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k2' })).id).toMatch(/^pi_/);
  });

  it('a 500 after the effect is stored for the idempotency key', async () => {
    await setApiFault({ answer: 'server_error', when: 'after', next: 1 });
    await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { paymentId: 'p-1' } }, { idempotencyKey: 'k' }));
    expect(
      await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { paymentId: 'p-1' } }, { idempotencyKey: 'k' })),
    ).toMatchObject({ statusCode: 500 });
    expect((await stripe.paymentIntents.search({ query: 'metadata["paymentId"]:"p-1"' })).data).toHaveLength(1);
  });

  it('a 500 with storesIdempotent false is not stored for the key', async () => {
    await setApiFault({ answer: 'server_error', when: 'after', next: 1, storesIdempotent: false });
    await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }));
    const replayed = await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' });
    expect(replayed.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await listIntents()).toHaveLength(1);

    await setApiFault({ answer: 'server_error', next: 1, storesIdempotent: false });
    expect((await harness.client('sk_test_x', { maxNetworkRetries: 1 }).paymentIntents.create(INTENT_PARAMETERS)).id).toMatch(/^pi_/);
    await setApiFault({ answer: 'server_error', when: 'after', next: 1, storesIdempotent: false });
    expect((await harness.client('sk_test_x', { maxNetworkRetries: 1 }).paymentIntents.create(INTENT_PARAMETERS)).id).toMatch(/^pi_/);
    expect(await listIntents()).toHaveLength(3);
  });

  it('what is omitted is in no answer and no delivery', async () => {
    await harness.control('PUT', '/faults', { omits: ['replay_headers', 'metadata'] });
    const request = { ...INTENT_PARAMETERS, metadata: { paymentId: 'p-1' } };
    for (let n = 0; n < 2; n++) {
      const made = await stripe.paymentIntents.create(request, { idempotencyKey: 'k' });
      expect(made).not.toHaveProperty('metadata');
      expect(Object.keys(made.lastResponse.headers).filter((name) => /replayed|original/.test(name))).toEqual([]);
    }
    expect((await harness.webhooks.firstEvent('payment_intent.created')).data.object).not.toHaveProperty('metadata');
    await harness.control('DELETE', '/faults');
    expect((await listIntents()).map(({ metadata }) => metadata)).toEqual([{ paymentId: 'p-1' }]);
  });

  it.each(['before', 'after'])('a connection closed %s the effect leaves the key usable', async (when) => {
    // The SDK repeats a request once after a closed connection, even with maxNetworkRetries 0.
    await setApiFault({ answer: 'close', when, next: 2 });
    const lost = await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }));
    expect(lost.type).toBe('StripeConnectionError');
    expect(await listIntents()).toHaveLength(when === 'after' ? 1 : 0);
    await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' });
    expect(await listIntents()).toHaveLength(1);
  });

  it.each(['before', 'after'])('a request that hangs %s the effect ends with the timeout of the client', async (when) => {
    await setApiFault({ answer: 'hang', when, next: 1 });
    const clientWithShortTimeout = harness.client('sk_test_x', { timeout: 500 });
    expect(
      (await stripeErrorOf(clientWithShortTimeout.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }))).message,
    ).toContain('timeout');
    const made = when === 'after' ? 1 : 0;
    await waitUntil(async () => (await listIntents()).length === made);
    const otherRequest = { headers: { authorization: 'Bearer sk_test_x', 'idempotency-key': 'other' }, body: '' };
    await waitUntil(async () => (await harness.request('POST', '/v1/payment_intents', otherRequest)).status === 400);
    const retryingClient = harness.client('sk_test_x', { maxNetworkRetries: 2 });
    await retryingClient.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' });
    expect(await listIntents()).toHaveLength(1);
  });

  it('the idempotency key of a request that hangs is refused with 409', async () => {
    await setApiFault({ answer: 'hang', next: 1 });
    const hanging = stripeErrorOf(
      harness.client('sk_test_x', { timeout: 5000 }).paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }),
    );
    await waitUntil(async () => (await harness.control<FaultSettings>('GET', '/faults')).api.length === 0);
    expect(await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k' }))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    expect((await stripe.paymentIntents.create(INTENT_PARAMETERS, { idempotencyKey: 'k2' })).id).toMatch(/^pi_/);
    await harness.sandbox.close();
    expect((await hanging).type).toBe('StripeConnectionError');
  });

  it('balance_too_low refuses a refund, and again under the same key', async () => {
    const { id } = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, confirm: true, payment_method: 'pm_card_visa' });
    const refund = (idempotencyKey: string) => stripe.refunds.create({ payment_intent: id }, { idempotencyKey });
    await setApiFault({ method: 'POST', path: '/v1/refunds', answer: 'balance_too_low', next: 1 });
    for (const _ of ['refused', 'repeated'])
      expect(await stripeErrorOf(refund('k'))).toMatchObject({
        type: 'StripeInvalidRequestError',
        statusCode: 400,
        raw: { message_code: 'insufficient_balance_for_refund' },
      });
    expect(await refund('k2')).toMatchObject({ status: 'succeeded' });
  });

  it('a fault applies only to requests with its method and path', async () => {
    await setApiFault({ method: 'POST', path: '/v1/payment_intents/*/confirm', answer: 'rate_limit' });
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    expect(await stripeErrorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }))).toMatchObject({
      statusCode: 429,
    });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
    expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled');
  });

  it('a fault applies with its probability', async () => {
    await setApiFault({ answer: 'rate_limit', probability: 0.5 });
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => stripe.paymentIntents.create(INTENT_PARAMETERS)));
    const failed = outcomes.filter(({ status }) => status === 'rejected').length;
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(55);
    await setApiFault({ answer: 'rate_limit', probability: 0 });
    expect((await stripe.paymentIntents.create(INTENT_PARAMETERS)).id).toMatch(/^pi_/);
  });

  it('requests succeed after the faults are deleted', async () => {
    await setApiFault({ answer: 'server_error' });
    await stripeErrorOf(stripe.paymentIntents.create(INTENT_PARAMETERS));
    await harness.control('DELETE', '/faults');
    expect((await stripe.paymentIntents.create(INTENT_PARAMETERS)).id).toMatch(/^pi_/);
  });
});
