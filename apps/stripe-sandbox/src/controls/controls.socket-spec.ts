import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

describe('Payments in processing', () => {
  async function payInProcessing(): Promise<Stripe.PaymentIntent> {
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await harness.control('POST', `/payment_intents/${intent.id}/hold_processing`);
    return stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa', expand: ['latest_charge'] });
  }

  it('a payment in processing cannot be canceled or confirmed', async () => {
    const processing = await payInProcessing();
    expect(processing).toMatchObject({ status: 'processing', amount_received: 0, latest_charge: { status: 'pending', paid: false } });
    await harness.webhooks.firstEvent('payment_intent.processing');
    await harness.webhooks.firstEvent('charge.pending');
    expect(await stripeErrorOf(stripe.paymentIntents.cancel(processing.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(await stripeErrorOf(stripe.paymentIntents.confirm(processing.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('the settle control makes a payment in processing succeed', async () => {
    const { id } = await payInProcessing();
    await harness.control('POST', `/payment_intents/${id}/settle`, { outcome: 'succeed' });
    const event = await harness.webhooks.firstEvent('payment_intent.succeeded');
    expect(event.request).toEqual({ id: null, idempotency_key: null });
    expect(await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })).toMatchObject({
      status: 'succeeded',
      processing: null,
      latest_charge: { paid: true, captured: true },
    });
  });

  it('an intent that fails in processing can be paid with the next card', async () => {
    const { id } = await payInProcessing();
    await harness.control('POST', `/payment_intents/${id}/settle`, { outcome: 'fail' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
    expect((await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
  });
});

describe('Refused controls', () => {
  it('a refused control answers with the reason', async () => {
    const paid = await harness.pay();
    const reasonOf = async (path: string, body?: object) => {
      const response = await harness.tryControl('POST', path, body);
      return [response.status, response.json().error];
    };
    expect(await reasonOf(`/payment_intents/${paid.id}/authenticate`, { outcome: 'succeed' })).toEqual([
      409,
      `payment intent ${paid.id} is succeeded, not requires_action`,
    ]);
    expect(await reasonOf(`/payment_intents/${paid.id}/settle`, { outcome: 'fail' })).toEqual([
      409,
      `payment intent ${paid.id} is succeeded, not processing`,
    ]);
    expect(await reasonOf(`/payment_intents/${paid.id}/hold_processing`)).toEqual([409, `payment intent ${paid.id} is already succeeded`]);
    expect(await reasonOf('/payment_intents/pi_none/settle', { outcome: 'fail' })).toEqual([404, 'there is no payment intent pi_none']);
    expect(await reasonOf(`/payment_intents/${paid.id}/settle`, { outcome: 'maybe' })).toEqual([
      400,
      'outcome must be one of succeed, fail',
    ]);
    expect(await reasonOf(`/payment_intents/${paid.id}/settle`, {})).toEqual([400, "the body must have required property 'outcome'"]);
    expect((await harness.tryControl('GET', '/webhooks?state=lost')).json().error).toBe('state must be one of pending, delivered, failed');
  });
});

describe('The ledger', () => {
  it('the ledger lists every object, one a line', async () => {
    const paid: string[] = [];
    for (let index = 0; index < 12; index += 1) paid.push((await harness.pay()).id);
    const refund = await stripe.refunds.create({ payment_intent: String(paid[0]), amount: 100 });
    const response = await harness.request('GET', '/sandbox/ledger');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const objects = response.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { object: string; id: string });
    const ids = (kind: string) => objects.filter(({ object }) => object === kind).map(({ id }) => id);
    expect(ids('payment_intent')).toEqual(paid);
    expect(ids('charge')).toHaveLength(12);
    expect(ids('refund')).toEqual([refund.id]);
  });

  it('a reset deletes the ledger and the faults', async () => {
    await harness.pay();
    await harness.control('PUT', '/faults', { api: [{ answer: 'rate_limit' }] });
    await harness.control('POST', '/reset');
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    expect((await stripe.events.list()).data).toEqual([]);
    expect((await harness.request('GET', '/sandbox/ledger')).text).toBe('');
    expect((await harness.pay()).status).toBe('succeeded');
  });
});
