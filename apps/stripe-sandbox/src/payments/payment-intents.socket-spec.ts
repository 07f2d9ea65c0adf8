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

describe('Paying', () => {
  it('begins with an intent that waits for a payment method', async () => {
    const intent = await stripe.paymentIntents.create({ ...order, metadata: { paymentId: 'p-1' }, description: 'Two seats' });
    expect(intent).toMatchObject({
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: 2400,
      amount_received: 0,
      currency: 'eur',
      capture_method: 'automatic_async',
      confirmation_method: 'automatic',
      description: 'Two seats',
      latest_charge: null,
      livemode: false,
      metadata: { paymentId: 'p-1' },
      payment_method: null,
      payment_method_types: ['card'],
    });
    expect(intent.id).toMatch(/^pi_3\w{23}$/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w{25}$`));
    expect(await stripe.paymentIntents.retrieve(intent.id)).toEqual(intent);
  });

  it('takes the money once the intent is confirmed with a good card', async () => {
    const intent = await stripe.paymentIntents.create({ ...order, metadata: { paymentId: 'p-1' } });
    const paid = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      expand: ['latest_charge', 'payment_method'],
    });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2400, last_payment_error: null });
    expect(paid.latest_charge).toMatchObject({
      amount_captured: 2400,
      captured: true,
      metadata: { paymentId: 'p-1' },
      paid: true,
      payment_intent: intent.id,
      status: 'succeeded',
      payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
    });
    expect(paid.payment_method).toMatchObject({ object: 'payment_method', type: 'card', card: { brand: 'visa' } });
  });

  it('can be done in one call', async () => {
    const paid = await bench.pay('pm_card_mastercard');
    expect(paid.status).toBe('succeeded');
  });

  it('waits for the confirmation when the card came with the intent', async () => {
    const intent = await stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_amex' });
    expect(intent.status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('succeeded');
  });

  it('takes test card numbers as well as test names', async () => {
    const data = { type: 'card', card: { number: '5555555555554444', exp_month: 4, exp_year: 2031, cvc: '123' } };
    const paid = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method_data: data,
      expand: ['latest_charge'],
    });
    expect(paid.latest_charge).toMatchObject({ payment_method_details: { card: { brand: 'mastercard', exp_month: 4, exp_year: 2031 } } });
    const wrong = { type: 'card', card: { number: '4242424242424241', exp_month: 4, exp_year: 2031 } };
    const refused = await refusal(stripe.paymentIntents.create({ ...order, confirm: true, payment_method_data: wrong }));
    expect(refused).toMatchObject({ statusCode: 402, code: 'incorrect_number' });
  });

  it('asks for a return URL when payment methods might redirect', async () => {
    const refused = await refusal(
      stripe.paymentIntents.create({ amount: 2400, currency: 'eur', confirm: true, payment_method: 'pm_card_visa' }),
    );
    expect(refused.message).toContain('you must provide a `return_url`');
    const paid = await stripe.paymentIntents.create({
      amount: 2400,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://cinema.test/paid',
    });
    expect(paid.status).toBe('succeeded');
  });

  it('refuses a confirmation without a payment method', async () => {
    const intent = await stripe.paymentIntents.create(order);
    const refused = await refusal(stripe.paymentIntents.confirm(intent.id));
    expect(refused).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(refused.message).toContain("it's missing a payment method");
  });

  it('refuses to confirm what is paid or canceled, and embeds the intent', async () => {
    const paid = await bench.pay();
    const twice = await refusal(stripe.paymentIntents.confirm(paid.id));
    expect(twice).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: paid.id, status: 'succeeded' },
    });
    expect(twice.message).toBe('You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.');

    const open = await stripe.paymentIntents.create(order);
    await stripe.paymentIntents.cancel(open.id);
    const late = await refusal(stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_visa' }));
    expect(late).toMatchObject({ code: 'payment_intent_unexpected_state', payment_intent: { status: 'canceled' } });
    expect(late.message).toContain('could not be updated because it has a status of canceled');
  });
});

describe('Canceling', () => {
  it('ends an open intent for the given reason', async () => {
    const intent = await stripe.paymentIntents.create(order);
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(canceled.canceled_at).toBeGreaterThan(1_700_000_000);
  });

  it('comes too late once the money is taken', async () => {
    const paid = await bench.pay();
    const refused = await refusal(stripe.paymentIntents.cancel(paid.id));
    expect(refused).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: paid.id, status: 'succeeded' },
    });
    expect(refused.message).toBe(
      'You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.',
    );
  });
});

describe('Changing an intent', () => {
  it('merges metadata: a value sets, an empty one takes the key away, all of it can be emptied', async () => {
    const intent = await stripe.paymentIntents.create({ ...order, metadata: { a: '1', b: '2' } });
    expect((await stripe.paymentIntents.update(intent.id, { metadata: { b: '', c: '3' } })).metadata).toEqual({ a: '1', c: '3' });
    expect((await stripe.paymentIntents.update(intent.id, { metadata: '' })).metadata).toEqual({});
  });

  it('changes the amount while it is open, and not afterwards', async () => {
    const intent = await stripe.paymentIntents.create(order);
    expect((await stripe.paymentIntents.update(intent.id, { amount: 3000, description: 'Three seats' })).amount).toBe(3000);
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    const refused = await refusal(stripe.paymentIntents.update(intent.id, { amount: 1000 }));
    expect(refused.message).toBe(
      "This PaymentIntent's amount could not be updated because it has a status of succeeded. You may only update the amount of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
    );
    expect((await stripe.paymentIntents.update(intent.id, { metadata: { seen: 'yes' } })).metadata).toEqual({ seen: 'yes' });
  });
});

describe('Finding intents', () => {
  it('lists the newest first, page by page, as auto-pagination expects', async () => {
    const created: string[] = [];
    for (let index = 0; index < 7; index += 1) created.push((await stripe.paymentIntents.create(order)).id);
    const page = await stripe.paymentIntents.list({ limit: 3 });
    expect(page).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
    expect(page.data.map(({ id }) => id)).toEqual(created.slice(-3).reverse());
    const before = await stripe.paymentIntents.list({ limit: 2, ending_before: String(created[2]) });
    expect(before.data.map(({ id }) => id)).toEqual([created[4], created[3]]);
    const everything = await stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(everything.map(({ id }) => id)).toEqual([...created].reverse());
  });

  it('narrows a list to when the intents were created', async () => {
    const { created } = await stripe.paymentIntents.create(order);
    expect((await stripe.paymentIntents.list({ created: { gte: created } })).data).toHaveLength(1);
    expect((await stripe.paymentIntents.list({ created: { gt: created + 60 } })).data).toHaveLength(0);
    expect((await stripe.paymentIntents.list({ created })).data).toHaveLength(1);
  });

  it('expands inside a list', async () => {
    await bench.pay();
    const { data } = await stripe.paymentIntents.list({ expand: ['data.latest_charge'] });
    expect(data[0]?.latest_charge).toMatchObject({ object: 'charge' });
  });

  it('searches by metadata and status', async () => {
    const one = await bench.pay('pm_card_visa', { metadata: { paymentId: 'p-1' } });
    const two = await stripe.paymentIntents.create({ ...order, metadata: { paymentId: 'p-2' } });
    const ids = async (query: string) => (await stripe.paymentIntents.search({ query })).data.map(({ id }) => id);
    expect(await ids('metadata["paymentId"]:"p-1"')).toEqual([one.id]);
    expect(await ids("metadata['paymentId']:'p-2' AND status:'requires_payment_method'")).toEqual([two.id]);
    expect(await ids('metadata["paymentId"]:"p-2" AND status:"succeeded"')).toEqual([]);
    expect(await ids('-status:"succeeded"')).toEqual([two.id]);
    expect(await ids('amount>2000 OR status:"canceled"')).toEqual([two.id, one.id]);
    expect(await ids('metadata["none"]:null')).toEqual([two.id, one.id]);
    await stripe.paymentIntents.update(two.id, { metadata: { paymentId: 'p-3' } });
    expect(await ids('metadata["paymentId"]:"p-2"')).toEqual([]);
    expect(await ids('metadata["paymentId"]:"p-3"')).toEqual([two.id]);
  });

  it('pages through what it found', async () => {
    for (let index = 0; index < 5; index += 1) await stripe.paymentIntents.create({ ...order, metadata: { run: 'a' } });
    const found = await stripe.paymentIntents.search({ query: 'metadata["run"]:"a"', limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
  });

  it('refuses a query it cannot read', async () => {
    for (const query of ['nonsense', 'metadata["a"]>"1"', 'customer:"x"', 'status:"a" AND amount>1 OR amount<2']) {
      expect(await refusal(stripe.paymentIntents.search({ query }))).toMatchObject({ statusCode: 400, param: 'query' });
    }
  });
});

describe("A customer's browser", () => {
  it('retrieves and confirms its intent with the publishable key and the client secret', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 2400, currency: 'eur', metadata: { secret: 'ours' } });
    const browser = bench.client('pk_test_bench');
    const seen = await browser.paymentIntents.retrieve(intent.id, { client_secret: String(intent.client_secret) });
    expect(seen.status).toBe('requires_payment_method');
    expect(seen).not.toHaveProperty('metadata');
    const paid = await browser.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      client_secret: intent.client_secret,
    } as object);
    expect(paid.status).toBe('succeeded');
    expect(paid).not.toHaveProperty('latest_charge');
  });

  it('is turned away without the right client secret, and from everything else', async () => {
    const intent = await stripe.paymentIntents.create(order);
    const browser = bench.client('pk_test_bench');
    expect(await refusal(browser.paymentIntents.retrieve(intent.id))).toMatchObject({ statusCode: 400, param: 'client_secret' });
    expect(await refusal(browser.paymentIntents.retrieve(intent.id, { client_secret: 'pi_other_secret' }))).toMatchObject({
      statusCode: 400,
    });
    expect(await refusal(browser.paymentIntents.list())).toMatchObject({ statusCode: 401, code: 'secret_key_required' });
    expect(await refusal(browser.paymentIntents.create(order))).toMatchObject({ statusCode: 401 });
  });
});
