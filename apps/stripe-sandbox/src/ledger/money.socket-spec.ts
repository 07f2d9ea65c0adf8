import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Stripe from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness } from '../testing/sandbox-harness.js';
import { idOf } from './ids.js';

type Step =
  { do: 'pay'; card: string } | { do: 'cancel' | 'settle' | 'hold' } | { do: 'refund'; amount: number } | { do: 'failRefund' | 'update' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('pay' as const),
    card: fc.constantFrom(
      'pm_card_visa',
      'pm_card_visa',
      'pm_card_chargeDeclined',
      'pm_card_authenticationRequired',
      'pm_card_pendingRefund',
    ),
  }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'settle' as const, 'hold' as const) }),
  fc.record({ do: fc.constant('refund' as const), amount: fc.integer({ min: 1, max: 3000 }) }),
  fc.record({ do: fc.constantFrom('failRefund' as const, 'update' as const) }),
);

let harness: SandboxHarness;
beforeAll(async () => {
  harness = await SandboxHarness.start();
});
afterAll(() => harness.close());

/** Does a step; what Stripe refuses is part of the story. */
async function take(intent: string, taken: Step): Promise<void> {
  const { stripe } = harness;
  const [lastRefund] = (await stripe.refunds.list({ payment_intent: intent, limit: 1 })).data;
  const steps: Record<Step['do'], () => Promise<unknown>> = {
    pay: () => stripe.paymentIntents.confirm(intent, { payment_method: taken.do === 'pay' ? taken.card : 'pm_card_visa' }),
    cancel: () => stripe.paymentIntents.cancel(intent),
    hold: () => harness.tryControl('POST', `/payment_intents/${intent}/hold_processing`),
    settle: () => harness.tryControl('POST', `/payment_intents/${intent}/settle`, { outcome: 'succeed' }),
    refund: () => stripe.refunds.create({ payment_intent: intent, amount: taken.do === 'refund' ? taken.amount : 1 }),
    failRefund: () => (lastRefund === undefined ? Promise.resolve() : harness.tryControl('POST', `/refunds/${lastRefund.id}/fail`)),
    update: () => stripe.paymentIntents.update(intent, { amount: 1800 }),
  };
  await steps[taken.do]().catch((error: unknown) => {
    if (!(error instanceof Stripe.errors.StripeError) || Number(error.statusCode) >= 500) throw error;
  });
}

describe('Whatever happens to a payment', () => {
  it('its books balance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const { id } = await harness.stripe.paymentIntents.create(INTENT_PARAMETERS);
        for (const taken of steps) await take(id, taken);

        const intent = await harness.stripe.paymentIntents.retrieve(id);
        const charges = (await harness.stripe.charges.list({ payment_intent: id })).data;
        const refunds = (await harness.stripe.refunds.list({ payment_intent: id, limit: 100 })).data;
        const paid = charges.filter((charge) => charge.paid);
        const given = refunds
          .filter(({ status }) => status === 'succeeded' || status === 'pending')
          .reduce((sum, { amount }) => sum + amount, 0);

        expect(paid.length).toBe(intent.status === 'succeeded' ? 1 : 0);
        expect(intent.amount_received).toBe(intent.status === 'succeeded' ? intent.amount : 0);
        expect(paid.map((charge) => charge.id)).toEqual(intent.status === 'succeeded' ? [idOf(intent.latest_charge)] : []);
        for (const charge of charges) {
          expect(charge.amount_refunded).toBe(charge.paid ? given : 0);
          expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount_captured);
          expect(charge.refunded).toBe(charge.amount_refunded === charge.amount);
        }
      }),
      { numRuns: 40 },
    );
  });
});
