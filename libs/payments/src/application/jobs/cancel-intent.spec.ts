import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CancelIntent } from './cancel-intent.js';

/** With a second intent of the payment. */
async function withSecondIntent(): Promise<PaymentsHarness> {
  const harness = await PaymentsHarness.opened();
  harness.cards.addIntent({ intentId: 'pi_2', paymentId: harness.payment.id });
  return harness;
}

describe('CancelIntent', () => {
  it('a second intent is cancelled, and the payment keeps its own', async () => {
    const harness = await withSecondIntent();
    for (const _ of [1, 2]) await harness.run(CancelIntent, 'pi_2');
    expect(harness.cards.intents.get('pi_2')?.status).toBe('cancelled');
    expect(harness.payment).toMatchObject({ status: 'open', intentId: 'pi_1' });
  });

  it('a second intent that is cancelled is not cancelled again, and needs nobody', async () => {
    const harness = await withSecondIntent();
    await harness.run(CancelIntent, 'pi_2');
    expect([harness.jobs.waiting, harness.alerts.codes]).toEqual([[], []]);
  });

  it('an intent that was paid before its cancellation is refunded', async () => {
    const harness = await withSecondIntent();
    harness.cards.change('pi_2', { status: 'succeeded', received: 2_500 });
    await harness.run(CancelIntent, 'pi_2');
    const [first, surplus] = harness.payments.all.values();
    expect(first).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(surplus).toMatchObject({ intentId: 'pi_2', refunds: [{ reason: 'surplus-payment', amount: 2_500 }] });
  });
});
