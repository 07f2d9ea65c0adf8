import { vi } from 'vitest';
import { CardRefused } from '../../domain/card-payments.js';
import { aDispute } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CheckDispute } from './check-dispute.js';
import { SweepRecentDays } from './sweep-recent-days.js';

const WON = { status: 'won', closed: true };

/** With a dispute that Stripe does not have. */
async function withDeniedDispute(own = {}): Promise<PaymentsHarness> {
  const harness = await PaymentsHarness.paid();
  await harness.deliver(aDispute(own));
  harness.alerts.codes.length = 0;
  return harness;
}

describe('CheckDispute', () => {
  it.each([
    ['an open', {}],
    ['a decided', WON],
  ])('%s dispute that Stripe denies is an alert with its payment', async (_, own) => {
    const harness = await withDeniedDispute(own);
    const raised = vi.spyOn(harness.alerts, 'raise');
    await harness.run(SweepRecentDays, 'all');
    await harness.runJobs();
    expect(harness.alerts.codes).toEqual(['dispute-missing']);
    const { status } = aDispute(own);
    expect(raised.mock.lastCall).toMatchObject([
      'dispute-missing',
      expect.any(String),
      { disputeId: 'dp_1', paymentId: harness.payment.id, status },
    ]);
    expect(harness.jobs.waiting).not.toContain('payments.check-dispute dp_1');
  });

  it('a dispute that Stripe denies stays as it is, and so does its payment', async () => {
    const harness = await withDeniedDispute({ status: 'lost', closed: true });
    const before = [[...harness.disputes.all.values()], harness.payment, harness.eventTypes];
    await harness.run(CheckDispute, 'dp_1');
    expect([[...harness.disputes.all.values()], harness.payment, harness.eventTypes]).toEqual(before);
  });

  it('a dispute that Stripe refuses to show is asked for again', async () => {
    const harness = await withDeniedDispute();
    harness.cards.dispute = () => Promise.reject(new CardRefused('account_invalid', 'The account cannot do this'));
    await expect(harness.run(CheckDispute, 'dp_1')).rejects.toThrow(CardRefused);
    expect(harness.alerts.codes).toEqual([]);
  });

  it('a dispute that Stripe has raises no alert', async () => {
    const harness = await withDeniedDispute();
    harness.cards.disputes.set('dp_1', aDispute(WON));
    await harness.run(CheckDispute, 'dp_1');
    expect([harness.alerts.codes, harness.disputes.all.get('dp_1')?.status]).toEqual([[], 'won']);
  });
});
