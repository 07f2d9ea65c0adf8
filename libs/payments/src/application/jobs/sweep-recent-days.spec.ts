import { newId } from '@app/kernel/id.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { SweepRecentDays } from './sweep-recent-days.js';

const sweep = (harness: PaymentsHarness) => harness.run(SweepRecentDays, 'all');

describe('SweepRecentDays', () => {
  it('an intent that differs from its payment is applied', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    await sweep(harness);
    expect(harness.payment).toMatchObject({ status: 'succeeded', captured: 2_500 });
  });

  it('an intent of a payment that does not exist raises an alert and stays', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.addIntent({ intentId: 'pi_orphan', paymentId: newId() });
    harness.cards.addIntent({ intentId: 'pi_ended', paymentId: newId(), status: 'cancelled' });
    harness.cards.addIntent({ intentId: 'pi_foreign' });
    await sweep(harness);
    expect(harness.alerts.codes).toEqual(['orphaned-intent']);
    expect(harness.jobs.waiting).toEqual([]);
    expect(harness.cards.intents.get('pi_orphan')?.status).toBe('open');
  });

  it('refunds that differ from ours are listed by a job', async () => {
    const harness = await PaymentsHarness.paid();
    harness.cards.refunds.set('re_hand', aRefund({ stripeRefundId: 're_hand', amount: { amount: 700, currency: 'EUR' } }));
    await sweep(harness);
    expect(harness.jobs.waiting).toEqual([`payments.list-refunds ${harness.payment.id}`]);
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 700, refunds: [{ reason: 'external' }] });
    await sweep(harness);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('refunds that Stripe has not finished are listed, however old they are', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ status: 'submitted' })]);
    await sweep(harness);
    expect(harness.jobs.waiting).toEqual([`payments.list-refunds ${harness.payment.id}`]);
  });
});
