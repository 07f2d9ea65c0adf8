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

describe('A card that is declined', () => {
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
  ])('%s says %s %s', async (card, code, declineCode, message) => {
    const refused = await refusal(bench.pay(card));
    expect(refused).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, message, decline_code: declineCode });
    expect(refused.charge).toMatch(/^ch_3\w{23}$/);
  });

  it('leaves the intent open for the next card, and tells why', async () => {
    const intent = await stripe.paymentIntents.create({ ...order });
    const refused = await refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }));
    expect(refused.payment_intent).toMatchObject({ id: intent.id, status: 'requires_payment_method', payment_method: null });
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

  it('leaves an intent behind even when creating and confirming were one call', async () => {
    const refused = await refusal(bench.pay('pm_card_visa_chargeDeclined', { metadata: { paymentId: 'p-9' } }));
    const found = await stripe.paymentIntents.search({ query: 'metadata["paymentId"]:"p-9"' });
    expect(found.data.map(({ id }) => id)).toEqual([refused.payment_intent?.id]);
  });
});

describe('A card that wants authentication', () => {
  it.each(['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required', 'pm_card_authenticationRequiredOnSetup'])(
    '%s stops at requires_action',
    async (card) => {
      const waiting = await bench.pay(card);
      expect(waiting).toMatchObject({ status: 'requires_action', latest_charge: null, next_action: { type: 'use_stripe_sdk' } });
    },
  );

  it('is paid once the customer passed', async () => {
    const waiting = await bench.pay('pm_card_threeDSecure2Required');
    await bench.knob('POST', `/payment_intents/${waiting.id}/authenticate`, { outcome: 'succeed' });
    const paid = await stripe.paymentIntents.retrieve(waiting.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
    expect(paid.latest_charge).toMatchObject({ payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } });
  });

  it('needs another card once the customer failed', async () => {
    const waiting = await bench.pay('pm_card_authenticationRequired');
    await bench.knob('POST', `/payment_intents/${waiting.id}/authenticate`, { outcome: 'fail' });
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      next_action: null,
      last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
    });
  });

  it('may still be declined after the customer passed', async () => {
    const waiting = await bench.pay('pm_card_threeDSecureRequiredChargeDeclined');
    await bench.knob('POST', `/payment_intents/${waiting.id}/authenticate`, { outcome: 'succeed' });
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
  });

  it('redirects to the sandbox and back to the shop', async () => {
    const waiting = await bench.pay('pm_card_threeDSecureRequired', { return_url: 'https://cinema.test/paid?order=7' });
    const url = new URL(String(waiting.next_action?.redirect_to_url?.url));
    const answered = await bench.curl('GET', `${url.pathname}?outcome=succeed`);
    expect(answered.status).toBe(303);
    const back = new URL(String(answered.headers.get('location')));
    expect(back.origin + back.pathname).toBe('https://cinema.test/paid');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ order: '7', payment_intent: waiting.id, redirect_status: 'succeeded' });
  });

  it('is declined when nobody is there to authenticate', async () => {
    const offSession = await refusal(bench.pay('pm_card_authenticationRequired', { off_session: true }));
    expect(offSession).toMatchObject({ statusCode: 402, code: 'authentication_required' });
    const strict = await refusal(bench.pay('pm_card_authenticationRequired', { error_on_requires_action: true }));
    expect(strict).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('can be given up: the intent is canceled, or takes another card', async () => {
    const one = await bench.pay('pm_card_authenticationRequired');
    expect((await stripe.paymentIntents.cancel(one.id)).status).toBe('canceled');
    const two = await bench.pay('pm_card_authenticationRequired');
    expect((await stripe.paymentIntents.confirm(two.id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
  });
});

describe('An unknown payment method', () => {
  it('does not exist', async () => {
    expect(await refusal(bench.pay('pm_card_imaginary'))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_method',
      message: "No such PaymentMethod: 'pm_card_imaginary'",
    });
  });
});
