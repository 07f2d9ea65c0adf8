import { OutcomeUnknown } from '../../domain/card-payments.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { ListRefunds } from './list-refunds.js';

const list = (harness: PaymentsHarness) => harness.run(ListRefunds, harness.payment.id);

describe('ListRefunds', () => {
  it('external refunds of the payment are recorded once, and no others', async () => {
    const harness = await PaymentsHarness.paid();
    const amounts = { re_1: 700, re_2: 300 };
    for (const [stripeRefundId, amount] of Object.entries(amounts)) {
      harness.cards.refunds.set(stripeRefundId, aRefund({ stripeRefundId, amount: { amount, currency: 'EUR' } }));
    }
    harness.cards.refunds.set('re_else', aRefund({ stripeRefundId: 're_else', intentId: 'pi_else' }));
    for (const _ of [1, 2]) await list(harness);
    expect(harness.payment).toMatchObject({ refunded: 1_000, refunds: [{ stripeRefundId: 're_1' }, { stripeRefundId: 're_2' }] });
    expect(harness.alerts.codes).toEqual(['external-refund', 'external-refund']);
  });

  it('Stripe is not asked about a payment without an intent', async () => {
    const harness = new PaymentsHarness({ total: { amount: 0, currency: 'EUR' } });
    await harness.start();
    harness.cards.refundsOf = () => Promise.reject(new OutcomeUnknown('timed out'));
    await expect(list(harness)).resolves.toBeUndefined();
  });
});
