import type { RefundReason } from '@app/contracts/payments.js';
import { newId } from '@app/kernel/id.js';
import { PaymentNotFound } from '../../domain/errors.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPayment } from './refund-payment.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const refund = (harness: PaymentsHarness, reason: RefundReason, amount: number) =>
  harness.execute(new RefundPayment(harness.payment.id, reason, eur(amount)));

describe('RefundPayment', () => {
  it('a refund is requested with its job, and Stripe is not asked yet', async () => {
    const harness = await PaymentsHarness.paid();
    harness.clock.advance(60_000);
    await refund(harness, 'reservation-cancelled', 1_000);
    const [requested] = harness.payment.refunds;
    expect(requested).toMatchObject({
      reason: 'reservation-cancelled',
      amount: 1_000,
      status: 'requested',
      createdAt: harness.clock.now(),
    });
    expect(harness.jobs.waiting).toEqual([`payments.submit-refund ${requested!.id}`]);
    expect(harness.cards.refunds.size).toBe(0);
  });

  it('only what is missing of a raised sum is refunded, and never more than came', async () => {
    const harness = await PaymentsHarness.paid();
    await refund(harness, 'reservation-cancelled', 1_000);
    for (const _ of [1, 2]) await refund(harness, 'reservation-cancelled', 1_600);
    for (const _ of [1, 2]) await refund(harness, 'payment-came-too-late', 3_000);
    expect(harness.payment.refunds).toMatchObject([
      { reason: 'reservation-cancelled', amount: 1_000 },
      { reason: 'reservation-cancelled', amount: 600 },
      { reason: 'payment-came-too-late', amount: 900 },
    ]);
    expect(harness.eventTypes.slice(2)).toEqual(['refund-requested', 'refund-requested', 'refund-requested']);
  });

  it('a payment that does not exist is refused', async () => {
    const refused = new PaymentsHarness().execute(new RefundPayment(newId(), 'surplus-payment', eur(1)));
    await expect(refused).rejects.toThrow(PaymentNotFound);
  });
});
