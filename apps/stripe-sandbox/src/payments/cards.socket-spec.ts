import type { Stripe } from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

describe('Declined cards', () => {
  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline', 'Your card was declined.'],
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline', 'Your card was declined.'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds', 'Your card has insufficient funds.'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card', 'Your card was declined.'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card', 'Your card was declined.'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', '', 'Your card has expired.'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', '', "Your card's security code is incorrect."],
    [
      'pm_card_chargeDeclinedProcessingError',
      'processing_error',
      '',
      'An error occurred while processing your card. Try again in a little bit.',
    ],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline', 'Your card was declined.'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent', 'Your card was declined.'],
  ])('%s is declined with %s %s', async (card, code, declineCode, message) => {
    const error = await stripeErrorOf(harness.pay(card));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, message, decline_code: declineCode });
    expect(error.charge).toMatch(/^ch_3\w{23}$/);
  });

  it('a declined intent contains the reason and accepts the next card', async () => {
    const intent = await stripe.paymentIntents.create({ ...INTENT_PARAMETERS });
    const error = await stripeErrorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }));
    expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'requires_payment_method', payment_method: null });
    const failed = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(failed.last_payment_error).toMatchObject({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
      payment_method: { object: 'payment_method' },
    });
    expect(failed.latest_charge).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: 'card_declined',
      outcome: { type: 'issuer_declined' },
    });

    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    expect((await stripe.charges.list({ payment_intent: intent.id })).data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('an intent that is declined in the create request still exists', async () => {
    const error = await stripeErrorOf(harness.pay('pm_card_visa_chargeDeclined', { metadata: { paymentId: 'p-9' } }));
    const found = await stripe.paymentIntents.search({ query: 'metadata["paymentId"]:"p-9"' });
    expect(found.data.map(({ id }) => id)).toEqual([error.payment_intent?.id]);
  });
});

describe('Cards that require authentication', () => {
  it.each(['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required', 'pm_card_authenticationRequiredOnSetup'])(
    'a payment with %s waits in requires_action',
    async (card) => {
      const waiting = await harness.pay(card);
      expect(waiting).toMatchObject({ status: 'requires_action', latest_charge: null, next_action: { type: 'use_stripe_sdk' } });
    },
  );

  it('a payment succeeds after authentication', async () => {
    const waiting = await harness.pay('pm_card_threeDSecure2Required');
    await harness.control('POST', `/payment_intents/${waiting.id}/authenticate`, { outcome: 'succeed' });
    const paid = await stripe.paymentIntents.retrieve(waiting.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
    expect(paid.latest_charge).toMatchObject({ payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } });
  });

  it('a payment needs another card after failed authentication', async () => {
    const waiting = await harness.pay('pm_card_authenticationRequired');
    await harness.control('POST', `/payment_intents/${waiting.id}/authenticate`, { outcome: 'fail' });
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      next_action: null,
      last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
    });
  });

  it('a card can be declined after authentication', async () => {
    const waiting = await harness.pay('pm_card_threeDSecureRequiredChargeDeclined');
    await harness.control('POST', `/payment_intents/${waiting.id}/authenticate`, { outcome: 'succeed' });
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
  });

  it('authentication redirects to the sandbox and then to the return URL', async () => {
    const waiting = await harness.pay('pm_card_threeDSecureRequired', { return_url: 'https://cinema.test/paid?order=7' });
    const url = new URL(String(waiting.next_action?.redirect_to_url?.url));
    const response = await harness.request('GET', `${url.pathname}?outcome=succeed`);
    expect(response.status).toBe(303);
    const returnUrl = new URL(String(response.headers.get('location')));
    expect(returnUrl.origin + returnUrl.pathname).toBe('https://cinema.test/paid');
    expect(Object.fromEntries(returnUrl.searchParams)).toMatchObject({
      order: '7',
      payment_intent: waiting.id,
      redirect_status: 'succeeded',
    });
  });

  it('an off-session payment that requires authentication is declined', async () => {
    const offSession = await stripeErrorOf(harness.pay('pm_card_authenticationRequired', { off_session: true }));
    expect(offSession).toMatchObject({ statusCode: 402, code: 'authentication_required' });
    const withoutAction = await stripeErrorOf(harness.pay('pm_card_authenticationRequired', { error_on_requires_action: true }));
    expect(withoutAction).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('an intent that waits for authentication can be canceled or paid otherwise', async () => {
    const one = await harness.pay('pm_card_authenticationRequired');
    expect((await stripe.paymentIntents.cancel(one.id)).status).toBe('canceled');
    const two = await harness.pay('pm_card_authenticationRequired');
    expect((await stripe.paymentIntents.confirm(two.id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
  });
});

describe('Unknown payment methods', () => {
  it('an unknown payment method is refused with 400', async () => {
    expect(await stripeErrorOf(harness.pay('pm_card_imaginary'))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_method',
      message: "No such PaymentMethod: 'pm_card_imaginary'",
    });
  });
});
