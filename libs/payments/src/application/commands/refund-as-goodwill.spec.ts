import { NothingLeftToRefund, PaymentNotFound, RefundExceedsRest } from '../../domain/errors.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundAsGoodwill } from './refund-as-goodwill.js';

const give = (harness: PaymentsHarness, amount: number | null, paymentId = harness.payment.id) =>
  harness.executeAsAdmin(new RefundAsGoodwill('an-admin', paymentId, { amount, note: 'the heating was off' }));

describe('RefundAsGoodwill', () => {
  it('any part is given back at once, with an audit entry', async () => {
    const harness = await PaymentsHarness.paid();
    const refund = await give(harness, 400);
    expect(refund).toMatchObject({
      amount: { amount: 400, currency: 'EUR' },
      status: 'requested',
      reason: 'goodwill',
      note: 'the heating was off',
    });
    const { id: refundId, amount } = refund;
    expect(harness.audit.entries).toEqual([
      {
        actor: 'an-admin',
        action: 'payments.refund-as-goodwill',
        subject: harness.payment.id,
        details: { refundId, amount, reason: 'the heating was off' },
      },
    ]);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(400);
  });

  it('all that is left is given back without an amount, and then nothing', async () => {
    const harness = await PaymentsHarness.paid();
    await give(harness, 400);
    expect((await give(harness, null)).amount.amount).toBe(2_100);
    await expect(give(harness, null)).rejects.toThrow(NothingLeftToRefund);
  });

  it('more than is left is refused, and so is a payment that does not exist', async () => {
    const harness = await PaymentsHarness.paid();
    await expect(give(harness, 2_501)).rejects.toThrow(RefundExceedsRest);
    await expect(give(harness, 1, harness.reservation!.id)).rejects.toThrow(PaymentNotFound);
    expect(harness.audit.entries).toEqual([]);
  });
});
