/** What several reactions promise. `react` handles the message once. */
import type { RefundReason } from '@app/contracts/payments.js';
import { PaymentsHarness } from './payments-harness.js';

type React = (harness: PaymentsHarness) => Promise<void>;

export function cancelsOpenPayments(react: React): void {
  it('an open payment is cancelled by one job, however often the message comes', async () => {
    const harness = await PaymentsHarness.opened();
    for (const _ of ['once', 'again']) await react(harness);
    expect(harness.jobs.waiting).toEqual([`payments.cancel-payment ${harness.payment.id}`]);
    expect(harness.cards.intents.get('pi_1')?.status).toBe('open');
  });

  it('a reservation without a payment, or with a paid one, needs no job', async () => {
    for (const harness of [new PaymentsHarness(), await PaymentsHarness.paid()]) {
      await react(harness);
      expect(harness.jobs.waiting).toEqual([]);
    }
  });
}

export function refundsEverything(reason: RefundReason, react: React): void {
  it('all of it is refunded once, however often the message comes', async () => {
    const harness = await PaymentsHarness.paid();
    for (const _ of ['once', 'again']) await react(harness);
    expect(harness.payment.refunds).toMatchObject([{ reason, amount: 2_500, status: 'requested' }]);
    expect(harness.jobs.waiting).toEqual([`payments.submit-refund ${harness.payment.refunds[0]!.id}`]);
  });
}
