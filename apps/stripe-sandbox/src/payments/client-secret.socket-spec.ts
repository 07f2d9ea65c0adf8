import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

describe('Publishable keys', () => {
  it('a publishable key and the client secret can read and confirm an intent', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 2400, currency: 'eur', metadata: { secret: 'ours' } });
    const publishableClient = harness.client('pk_test_harness');
    const visible = await publishableClient.paymentIntents.retrieve(intent.id, { client_secret: String(intent.client_secret) });
    expect(visible.status).toBe('requires_payment_method');
    expect(visible).not.toHaveProperty('metadata');
    const paid = await publishableClient.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      client_secret: intent.client_secret,
    } as object);
    expect(paid.status).toBe('succeeded');
    expect(paid).not.toHaveProperty('latest_charge');
  });

  it('a publishable key is refused without the client secret', async () => {
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    const publishableClient = harness.client('pk_test_harness');
    expect(await stripeErrorOf(publishableClient.paymentIntents.retrieve(intent.id))).toMatchObject({
      statusCode: 400,
      param: 'client_secret',
    });
    expect(await stripeErrorOf(publishableClient.paymentIntents.retrieve(intent.id, { client_secret: 'pi_other_secret' }))).toMatchObject({
      statusCode: 400,
    });
    expect(await stripeErrorOf(publishableClient.paymentIntents.list())).toMatchObject({ statusCode: 401, code: 'secret_key_required' });
    expect(await stripeErrorOf(publishableClient.paymentIntents.create(INTENT_PARAMETERS))).toMatchObject({ statusCode: 401 });
  });
});
