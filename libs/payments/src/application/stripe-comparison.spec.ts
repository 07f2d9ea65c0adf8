import { newId } from '@app/kernel/id.js';
import { PaymentsHarness } from '../testing/payments-harness.js';
import { StripeComparison } from './stripe-comparison.js';

const DAY_MS = 86_400_000;

/** With money at Stripe for a payment that was lost, as after a restore. */
async function withOrphan(): Promise<{ harness: PaymentsHarness; comparison: StripeComparison; paymentId: string }> {
  const harness = new PaymentsHarness();
  const paymentId = newId();
  const amount = { amount: 2_500, currency: 'EUR' };
  await harness.cards.createIntent({ paymentId, reservationId: newId(), amount, idempotencyKey: `payment:${paymentId}:1` });
  harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
  return { harness, comparison: harness.bus.get(StripeComparison), paymentId };
}

describe('StripeComparison', () => {
  it('money of a payment that does not exist is an orphan, and nothing is refunded', async () => {
    const { harness, comparison, paymentId } = await withOrphan();
    const orphan = { intentId: 'pi_1', paymentId, currency: 'EUR', received: 2_500, refunded: 0 };
    expect(await comparison.compare(DAY_MS)).toEqual({ intents: 1, corrected: 0, orphans: [orphan] });
    expect(harness.cards.refunds.size).toBe(0);
  });

  it('an orphan is refunded once, with an audit entry', async () => {
    const { harness, comparison, paymentId } = await withOrphan();
    const [orphan] = (await comparison.compare(DAY_MS)).orphans;
    expect(await comparison.refund(orphan!)).toBe(2_500);
    expect(await comparison.refund(orphan!)).toBe(2_500);
    expect(harness.cards.refunds.size).toBe(1);
    const [again] = (await comparison.compare(DAY_MS)).orphans;
    expect(again).toMatchObject({ refunded: 2_500 });
    expect(await comparison.refund(again!)).toBe(0);
    expect(harness.audit.entries[0]).toEqual({
      actor: null,
      action: 'payments.refund-orphan',
      subject: paymentId,
      details: { intentId: 'pi_1', amount: 2_500, currency: 'EUR' },
    });
  });

  it('a payment of ours that missed its money has it afterwards', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    expect(await harness.bus.get(StripeComparison).compare(DAY_MS)).toEqual({ intents: 1, corrected: 1, orphans: [] });
    expect(harness.payment.status).toBe('succeeded');
  });

  it('every page of the list is compared', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.pageSize = 1;
    for (let n = 0; n < 2; n++)
      await harness.cards.createIntent({
        paymentId: newId(),
        reservationId: newId(),
        amount: { amount: 1, currency: 'EUR' },
        idempotencyKey: `k${n}`,
      });
    expect((await harness.bus.get(StripeComparison).compare(DAY_MS)).intents).toBe(3);
  });
});
