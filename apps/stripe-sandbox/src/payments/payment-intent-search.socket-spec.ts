import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

describe('Finding intents', () => {
  it('intents are listed newest first, page by page', async () => {
    const created: string[] = [];
    for (let index = 0; index < 7; index += 1) created.push((await stripe.paymentIntents.create(INTENT_PARAMETERS)).id);
    const page = await stripe.paymentIntents.list({ limit: 3 });
    expect(page).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
    expect(page.data.map(({ id }) => id)).toEqual(created.slice(-3).reverse());
    const before = await stripe.paymentIntents.list({ limit: 2, ending_before: String(created[2]) });
    expect(before.data.map(({ id }) => id)).toEqual([created[4], created[3]]);
    const everything = await stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(everything.map(({ id }) => id)).toEqual([...created].reverse());
  });

  it('intents are listed by their creation time', async () => {
    const { created } = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    expect((await stripe.paymentIntents.list({ created: { gte: created } })).data).toHaveLength(1);
    expect((await stripe.paymentIntents.list({ created: { gt: created + 60 } })).data).toHaveLength(0);
    expect((await stripe.paymentIntents.list({ created })).data).toHaveLength(1);
  });

  it('a field of listed intents is expanded', async () => {
    await harness.pay();
    const { data } = await stripe.paymentIntents.list({ expand: ['data.latest_charge'] });
    expect(data[0]?.latest_charge).toMatchObject({ object: 'charge' });
  });

  it('intents are found by metadata, status and amount', async () => {
    const one = await harness.pay('pm_card_visa', { metadata: { paymentId: 'p-1' } });
    const two = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { paymentId: 'p-2' } });
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

  it('a search returns its results in pages', async () => {
    for (let index = 0; index < 5; index += 1) await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { run: 'a' } });
    const found = await stripe.paymentIntents.search({ query: 'metadata["run"]:"a"', limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
  });

  it('an invalid search query is refused', async () => {
    for (const query of ['nonsense', 'metadata["a"]>"1"', 'customer:"x"', 'status:"a" AND amount>1 OR amount<2']) {
      expect(await stripeErrorOf(stripe.paymentIntents.search({ query }))).toMatchObject({ statusCode: 400, param: 'query' });
    }
  });
});
