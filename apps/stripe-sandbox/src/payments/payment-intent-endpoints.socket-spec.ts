import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

describe('Creating and confirming intents', () => {
  it('a new intent waits for a payment method', async () => {
    const intent = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { paymentId: 'p-1' }, description: 'Two seats' });
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

  it('an intent that is confirmed with a good card succeeds', async () => {
    const intent = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { paymentId: 'p-1' } });
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

  it('an intent can be created and confirmed in one request', async () => {
    const paid = await harness.pay('pm_card_mastercard');
    expect(paid.status).toBe('succeeded');
  });

  it('an intent with a payment method waits for confirmation', async () => {
    const intent = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, payment_method: 'pm_card_amex' });
    expect(intent.status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('succeeded');
  });

  it('a test card number is accepted and another number is refused', async () => {
    const data = { type: 'card', card: { number: '5555555555554444', exp_month: 4, exp_year: 2031, cvc: '123' } };
    const paid = await stripe.paymentIntents.create({
      ...INTENT_PARAMETERS,
      confirm: true,
      payment_method_data: data,
      expand: ['latest_charge'],
    });
    expect(paid.latest_charge).toMatchObject({ payment_method_details: { card: { brand: 'mastercard', exp_month: 4, exp_year: 2031 } } });
    const wrong = { type: 'card', card: { number: '4242424242424241', exp_month: 4, exp_year: 2031 } };
    const error = await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, confirm: true, payment_method_data: wrong }));
    expect(error).toMatchObject({ statusCode: 402, code: 'incorrect_number' });
  });

  it('a confirmation without a needed return URL is refused', async () => {
    const error = await stripeErrorOf(
      stripe.paymentIntents.create({ amount: 2400, currency: 'eur', confirm: true, payment_method: 'pm_card_visa' }),
    );
    expect(error.message).toContain('you must provide a `return_url`');
    const paid = await stripe.paymentIntents.create({
      amount: 2400,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://cinema.test/paid',
    });
    expect(paid.status).toBe('succeeded');
  });

  it('a confirmation without a payment method is refused', async () => {
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    const error = await stripeErrorOf(stripe.paymentIntents.confirm(intent.id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.message).toContain("it's missing a payment method");
  });

  it('a paid or canceled intent cannot be confirmed', async () => {
    const paid = await harness.pay();
    const twice = await stripeErrorOf(stripe.paymentIntents.confirm(paid.id));
    expect(twice).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: paid.id, status: 'succeeded' },
    });
    expect(twice.message).toBe('You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.');

    const open = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    await stripe.paymentIntents.cancel(open.id);
    const late = await stripeErrorOf(stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_visa' }));
    expect(late).toMatchObject({ code: 'payment_intent_unexpected_state', payment_intent: { status: 'canceled' } });
    expect(late.message).toContain('could not be updated because it has a status of canceled');
  });
});

describe('Canceling intents', () => {
  it('an open intent is canceled with the given reason', async () => {
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(canceled.canceled_at).toBeGreaterThan(1_700_000_000);
  });

  it('a paid intent cannot be canceled', async () => {
    const paid = await harness.pay();
    const error = await stripeErrorOf(stripe.paymentIntents.cancel(paid.id));
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: paid.id, status: 'succeeded' },
    });
    expect(error.message).toBe(
      'You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.',
    );
  });
});

describe('Changing intents', () => {
  it('an update merges metadata, and an empty value removes it', async () => {
    const intent = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { a: '1', b: '2' } });
    expect((await stripe.paymentIntents.update(intent.id, { metadata: { b: '', c: '3' } })).metadata).toEqual({ a: '1', c: '3' });
    expect((await stripe.paymentIntents.update(intent.id, { metadata: '' })).metadata).toEqual({});
  });

  it('the amount can be changed only until the intent is paid', async () => {
    const intent = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    expect((await stripe.paymentIntents.update(intent.id, { amount: 3000, description: 'Three seats' })).amount).toBe(3000);
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    const error = await stripeErrorOf(stripe.paymentIntents.update(intent.id, { amount: 1000 }));
    expect(error.message).toBe(
      "This PaymentIntent's amount could not be updated because it has a status of succeeded. You may only update the amount of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
    );
    expect((await stripe.paymentIntents.update(intent.id, { metadata: { seen: 'yes' } })).metadata).toEqual({ seen: 'yes' });
  });
});
