import { OutcomeUnknown } from '../../domain/card-payments.js';
import { declined } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CheckPayment } from './check-payment.js';

const check = (harness: PaymentsHarness) => harness.run(CheckPayment, harness.payment.id);
const timedOut = () => Promise.reject(new OutcomeUnknown('timed out'));

describe('CheckPayment', () => {
  it.each([
    ['succeeded', { status: 'succeeded', received: 2_500 }, 'payment-succeeded'],
    ['failed', { status: 'failed', lastError: declined('lost_card') }, 'payment-failed'],
    ['cancelled', { status: 'cancelled' }, 'payment-cancelled'],
  ] as const)('an intent that has %s is applied once', async (_, change, event) => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', change);
    await check(harness);
    await check(harness);
    expect(harness.payment.status).toBe(change.status);
    expect(harness.eventTypes).toEqual(['payment-started', event]);
  });

  it('a captured amount that is not the price goes back', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 900, amount: { amount: 900, currency: 'EUR' } });
    await check(harness);
    expect(harness.payment).toMatchObject({ captured: 900, refunds: [{ reason: 'wrong-amount', amount: 900 }] });
  });

  it('Stripe is not asked about a payment that has ended', async () => {
    for (const status of ['succeeded', 'cancelled'] as const) {
      const harness = await PaymentsHarness.opened();
      harness.cards.change('pi_1', { status, received: status === 'succeeded' ? 2_500 : 0 });
      await check(harness);
      harness.cards.intent = timedOut;
      await expect(check(harness)).resolves.toBeUndefined();
    }
  });

  it('Stripe is not asked about a payment without an intent', async () => {
    const harness = await PaymentsHarness.begun();
    harness.cards.intent = timedOut;
    await expect(check(harness)).resolves.toBeUndefined();
    expect(harness.payment.status).toBe('created');
  });
});
