import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { Bench, order, refusal } from '../testing/bench.js';

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(() => bench.close());

describe('A payment that is held', () => {
  async function held(): Promise<Stripe.PaymentIntent> {
    const intent = await stripe.paymentIntents.create(order);
    await bench.knob('POST', `/payment_intents/${intent.id}/hold_processing`);
    return stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa', expand: ['latest_charge'] });
  }

  it('stays in processing, and cannot be canceled or confirmed meanwhile', async () => {
    const processing = await held();
    expect(processing).toMatchObject({ status: 'processing', amount_received: 0, latest_charge: { status: 'pending', paid: false } });
    await bench.webhooks.first('payment_intent.processing');
    await bench.webhooks.first('charge.pending');
    expect(await refusal(stripe.paymentIntents.cancel(processing.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(await refusal(stripe.paymentIntents.confirm(processing.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('succeeds when it is settled', async () => {
    const { id } = await held();
    await bench.knob('POST', `/payment_intents/${id}/settle`, { outcome: 'succeed' });
    const event = await bench.webhooks.first('payment_intent.succeeded');
    expect(event.request).toEqual({ id: null, idempotency_key: null });
    expect(await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })).toMatchObject({
      status: 'succeeded',
      processing: null,
      latest_charge: { paid: true, captured: true },
    });
  });

  it('fails when it is settled so, and takes the next card', async () => {
    const { id } = await held();
    await bench.knob('POST', `/payment_intents/${id}/settle`, { outcome: 'fail' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
    expect((await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
  });
});

describe('Knobs turned wrongly', () => {
  it('say why', async () => {
    const paid = await bench.pay();
    const said = async (path: string, body?: object) => {
      const answered = await bench.turn('POST', path, body);
      return [answered.status, answered.json().error];
    };
    expect(await said(`/payment_intents/${paid.id}/authenticate`, { outcome: 'succeed' })).toEqual([
      409,
      `payment intent ${paid.id} is succeeded, not requires_action`,
    ]);
    expect(await said(`/payment_intents/${paid.id}/settle`, { outcome: 'fail' })).toEqual([
      409,
      `payment intent ${paid.id} is succeeded, not processing`,
    ]);
    expect(await said(`/payment_intents/${paid.id}/hold_processing`)).toEqual([409, `payment intent ${paid.id} is already succeeded`]);
    expect(await said('/payment_intents/pi_none/settle', { outcome: 'fail' })).toEqual([404, 'there is no payment intent pi_none']);
    expect(await said(`/payment_intents/${paid.id}/settle`, { outcome: 'maybe' })).toEqual([400, 'outcome must be one of succeed, fail']);
    expect(await said(`/payment_intents/${paid.id}/settle`, {})).toEqual([400, "the body must have required property 'outcome'"]);
    expect((await bench.turn('GET', '/webhooks?state=lost')).json().error).toBe('state must be one of pending, delivered, failed');
  });
});

describe('The ledger', () => {
  it('tells everything, a line an object', async () => {
    const paid: string[] = [];
    for (let index = 0; index < 12; index += 1) paid.push((await bench.pay()).id);
    const refund = await stripe.refunds.create({ payment_intent: String(paid[0]), amount: 100 });
    const answered = await bench.curl('GET', '/sandbox/ledger');
    expect(answered.headers.get('content-type')).toBe('application/x-ndjson');
    const objects = answered.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { object: string; id: string });
    const ids = (kind: string) => objects.filter(({ object }) => object === kind).map(({ id }) => id);
    expect(ids('payment_intent')).toEqual(paid);
    expect(ids('charge')).toHaveLength(12);
    expect(ids('refund')).toEqual([refund.id]);
  });

  it('can be emptied, faults included', async () => {
    await bench.pay();
    await bench.knob('PUT', '/faults', { api: [{ answer: 'rate_limit' }] });
    await bench.knob('POST', '/reset');
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    expect((await stripe.events.list()).data).toEqual([]);
    expect((await bench.curl('GET', '/sandbox/ledger')).text).toBe('');
    expect((await bench.pay()).status).toBe('succeeded');
  });
});
