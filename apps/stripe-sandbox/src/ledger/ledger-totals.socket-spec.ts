import fc from 'fast-check';
import Stripe from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness } from '../testing/sandbox-harness.js';
import { idOf } from './ids.js';

type Operation =
  { do: 'pay'; card: string } | { do: 'cancel' | 'settle' | 'hold' } | { do: 'refund'; amount: number } | { do: 'failRefund' | 'update' };

const operationArbitrary: fc.Arbitrary<Operation> = fc.oneof(
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

/** Ignores the errors of operations that Stripe refuses. */
async function run(intent: string, operation: Operation): Promise<void> {
  const { stripe } = harness;
  const [lastRefund] = (await stripe.refunds.list({ payment_intent: intent, limit: 1 })).data;
  const calls: Record<Operation['do'], () => Promise<unknown>> = {
    pay: () => stripe.paymentIntents.confirm(intent, { payment_method: operation.do === 'pay' ? operation.card : 'pm_card_visa' }),
    cancel: () => stripe.paymentIntents.cancel(intent),
    hold: () => harness.tryControl('POST', `/payment_intents/${intent}/hold_processing`),
    settle: () => harness.tryControl('POST', `/payment_intents/${intent}/settle`, { outcome: 'succeed' }),
    refund: () => stripe.refunds.create({ payment_intent: intent, amount: operation.do === 'refund' ? operation.amount : 1 }),
    failRefund: () => (lastRefund === undefined ? Promise.resolve() : harness.tryControl('POST', `/refunds/${lastRefund.id}/fail`)),
    update: () => stripe.paymentIntents.update(intent, { amount: 1800 }),
  };
  await calls[operation.do]().catch((error: unknown) => {
    if (!(error instanceof Stripe.errors.StripeError) || Number(error.statusCode) >= 500) throw error;
  });
}

describe('The ledger after random operations', () => {
  it('charges, refunds and intents add up after random operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operationArbitrary, { maxLength: 10 }), async (operations) => {
        const { id } = await harness.stripe.paymentIntents.create(INTENT_PARAMETERS);
        for (const operation of operations) await run(id, operation);

        const intent = await harness.stripe.paymentIntents.retrieve(id);
        const charges = (await harness.stripe.charges.list({ payment_intent: id })).data;
        const refunds = (await harness.stripe.refunds.list({ payment_intent: id, limit: 100 })).data;
        const paid = charges.filter((charge) => charge.paid);
        const refundedAmount = refunds
          .filter(({ status }) => status === 'succeeded' || status === 'pending')
          .reduce((sum, { amount }) => sum + amount, 0);

        expect(paid.length).toBe(intent.status === 'succeeded' ? 1 : 0);
        expect(intent.amount_received).toBe(intent.status === 'succeeded' ? intent.amount : 0);
        expect(paid.map((charge) => charge.id)).toEqual(intent.status === 'succeeded' ? [idOf(intent.latest_charge)] : []);
        for (const charge of charges) {
          expect(charge.amount_refunded).toBe(charge.paid ? refundedAmount : 0);
          expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount_captured);
          expect(charge.refunded).toBe(charge.amount_refunded === charge.amount);
        }
      }),
      { numRuns: 40 },
    );
  });
});
