import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { Bench, order, refusal } from '../testing/bench.js';
import { until } from '../testing/receiver.js';
import type { DeliveryView } from './deliveries.js';

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(() => bench.close());

const deliveries = async (query = '') => (await bench.knob<{ data: DeliveryView[] }>('GET', `/webhooks${query}`)).data;

describe('Events', () => {
  it('tell a payment as Stripe tells it', async () => {
    await bench.pay();
    await bench.webhooks.until(() => bench.webhooks.received.length === 4);
    expect(bench.webhooks.types.sort()).toEqual([
      'charge.succeeded',
      'charge.updated',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    expect(bench.webhooks.received.every(({ verified }) => verified)).toBe(true);
  });

  it('book the money at once only when capture is synchronous', async () => {
    await bench.pay('pm_card_visa', { capture_method: 'automatic' });
    const event = await bench.webhooks.first('charge.succeeded');
    expect((event.data.object as Stripe.Charge).balance_transaction).toMatch(/^txn_/);
    expect(bench.webhooks.types).not.toContain('charge.updated');
  });

  it('tell a decline, a cancellation, a wait and a refund', async () => {
    await refusal(bench.pay('pm_card_visa_chargeDeclined'));
    await bench.webhooks.first('payment_intent.payment_failed');
    await bench.webhooks.first('charge.failed');
    const waiting = await bench.pay('pm_card_authenticationRequired');
    await bench.webhooks.first('payment_intent.requires_action');
    await stripe.paymentIntents.cancel(waiting.id);
    await bench.webhooks.first('payment_intent.canceled');
    const paid = await bench.pay();
    await stripe.refunds.create({ payment_intent: paid.id, amount: 100 });
    await bench.webhooks.first('refund.created');
    const refunded = await bench.webhooks.first('charge.refunded');
    expect(refunded.data).toMatchObject({ object: { amount_refunded: 100 }, previous_attributes: { amount_refunded: 0 } });
  });

  it('are snapshots of their moment, and name the request they came from', async () => {
    const intent = await stripe.paymentIntents.create({ ...order, metadata: { paymentId: 'p-1' } }, { idempotencyKey: 'payment:1:1' });
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    const created = await bench.webhooks.first('payment_intent.created');
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

  it('are listed by type, by family and by whether they arrived', async () => {
    bench.webhooks.answer = ({ event }) => (event.type === 'charge.succeeded' ? 500 : 200);
    await bench.pay();
    await until(async () => (await deliveries()).every(({ state }) => state !== 'pending'));
    const types = async (params: Stripe.EventListParams) => (await stripe.events.list(params)).data.map(({ type }) => type);
    expect(await types({ type: 'payment_intent.succeeded' })).toEqual(['payment_intent.succeeded']);
    expect(await types({ type: 'charge.*' })).toEqual(['charge.updated', 'charge.succeeded']);
    expect(await types({ types: ['payment_intent.created', 'charge.updated'] })).toEqual(['charge.updated', 'payment_intent.created']);
    expect(await types({ delivery_success: false })).toEqual(['charge.succeeded']);
    expect(await types({ delivery_success: true })).toHaveLength(3);
    expect(await types({ created: { lt: 1000 } })).toEqual([]);
    expect(await refusal(stripe.events.list({ type: 'a', types: ['b'] }))).toMatchObject({ code: 'parameters_exclusive' });
    const [event] = (await stripe.events.list({ type: 'payment_intent.succeeded' })).data;
    expect(await stripe.events.retrieve(String(event?.id))).toMatchObject({ id: event?.id, pending_webhooks: 0 });
    expect((await stripe.events.list({ limit: 1 }).autoPagingToArray({ limit: 50 })).length).toBe(4);
  });
});

describe('Deliveries', () => {
  it('are tried again until they are taken, each time signed anew', async () => {
    bench.webhooks.answer = (_, count) => (count < 3 ? 503 : 204);
    await stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 3);
    expect(new Set(bench.webhooks.received.map(({ event }) => event.id)).size).toBe(1);
    expect(bench.webhooks.received.every(({ verified }) => verified)).toBe(true);
    await until(async () => (await deliveries('?state=delivered')).length === 1);
    const [delivery] = await deliveries();
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([503, 503, 204]);
    expect(delivery?.attempts[0]?.error).toBe('answered 503');
  });

  it('wait longer after each failure', async () => {
    await bench.close();
    bench = await Bench.start({ retryDelaysMs: [30, 120] });
    bench.webhooks.answer = () => 500;
    await bench.stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 3);
    const [first = 0, second = 0, third = 0] = bench.webhooks.received.map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(29);
    expect(third - second).toBeGreaterThanOrEqual(119);
  });

  it('are given up when every delay is used up', async () => {
    bench.webhooks.answer = () => 400;
    const intent = await stripe.paymentIntents.create(order);
    await until(async () => (await deliveries('?state=failed')).length === 1);
    expect(bench.webhooks.received).toHaveLength(4);
    expect((await stripe.events.list({ delivery_success: false })).data[0]?.data.object).toMatchObject({ id: intent.id });
  });

  it('do not follow redirects', async () => {
    bench.webhooks.answer = (_, count) => (count === 1 ? 302 : 200);
    await stripe.paymentIntents.create(order);
    await bench.webhooks.until(() => bench.webhooks.received.length === 2);
  });

  it('name the reason when nobody listens', async () => {
    await bench.webhooks.close();
    await stripe.paymentIntents.create(order);
    await until(async () => (await deliveries('?state=failed')).length === 1);
    expect((await deliveries())[0]?.attempts[0]).toMatchObject({ status: null, error: expect.stringContaining('ECONNREFUSED') });
  });

  it('do not wait for ever', async () => {
    await bench.close();
    bench = await Bench.start({ webhookTimeoutMs: 250 });
    bench.webhooks.answer = (_, count) => (count === 1 ? 'hang' : 200);
    await bench.stripe.paymentIntents.create(order);
    await until(async () => (await deliveries('?state=delivered')).length === 1);
    const attempts = (await deliveries())[0]?.attempts;
    expect(attempts?.[0]).toMatchObject({ status: null, error: 'no answer within 250 ms' });
    expect(attempts?.at(-1)).toMatchObject({ status: 200, error: null });
  });

  it('can be sent once more', async () => {
    await stripe.paymentIntents.create(order);
    const event = await bench.webhooks.first('payment_intent.created');
    await bench.knob('POST', `/events/${event.id}/resend`);
    await bench.webhooks.until(() => bench.webhooks.received.length === 2);
    expect(bench.webhooks.received[1]?.event.id).toBe(event.id);
    expect((await deliveries(`?event=${event.id}`)).length).toBe(2);
    expect((await bench.turn('POST', '/events/evt_none/resend')).json().error).toBe('there is no event evt_none');
  });

  it('go out a few at a time', async () => {
    let open = 0;
    let most = 0;
    bench.webhooks.answer = async () => {
      open += 1;
      most = Math.max(most, open);
      await sleep(10);
      open -= 1;
      return 200;
    };
    await Promise.all(Array.from({ length: 60 }, () => stripe.paymentIntents.create(order)));
    await bench.webhooks.until(() => bench.webhooks.received.length === 60);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('are not made when no endpoint is configured', async () => {
    await bench.close();
    bench = await Bench.start({ webhookUrl: null });
    await bench.stripe.paymentIntents.create(order);
    expect((await bench.stripe.events.list()).data[0]).toMatchObject({ type: 'payment_intent.created', pending_webhooks: 0 });
    expect(await deliveries()).toEqual([]);
    const [event] = (await bench.stripe.events.list()).data;
    expect((await bench.turn('POST', `/events/${event?.id}/resend`)).json().error).toBe('the sandbox was started without a webhook URL');
  });
});
