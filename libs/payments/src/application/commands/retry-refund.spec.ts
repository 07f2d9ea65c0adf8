import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { CardRefused } from '../../domain/card-payments.js';
import { NothingLeftToRefund, RefundNotFailed, RefundNotFound } from '../../domain/errors.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPayment } from './refund-payment.js';
import { RetryRefund } from './retry-refund.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** With a refund that Stripe refused. */
async function failed(): Promise<{ harness: PaymentsHarness; refundId: string }> {
  const harness = await PaymentsHarness.paid();
  await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(2_500)));
  harness.cards.failNext(new CardRefused('insufficient_funds', 'The balance is too low.'));
  await harness.runJobs();
  return { harness, refundId: harness.payment.refunds[0]!.id };
}

const retry = async (harness: PaymentsHarness, refundId: string) =>
  (await harness.executeAsAdmin(new RetryRefund('an-admin', refundId))).refund;

beforeAll(() => void Logger.overrideLogger(false));

describe('RetryRefund', () => {
  it('a failed refund is submitted under the next key, with an audit entry', async () => {
    const { harness, refundId } = await failed();
    const { id: paymentId, reservationId } = harness.payment;
    expect(await retry(harness, refundId)).toEqual({
      id: refundId,
      paymentId,
      reservationId,
      amount: eur(2_500),
      status: 'requested',
      reason: 'reservation-cancelled',
      failure: null,
      note: null,
      paidOutAt: null,
      paidOutAmount: null,
      paidOutNote: null,
      createdAt: '2026-03-01T12:00:00.000Z',
    });
    expect(harness.audit.entries).toEqual([
      { actor: 'an-admin', action: 'payments.retry-refund', subject: refundId, details: { paymentId } },
    ]);
    await harness.runJobs();
    expect(harness.cards.keys.at(-1)).toBe(`refund:${refundId}:2`);
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
  });

  it('two retries make one refund and one audit entry', async () => {
    const { harness, refundId } = await failed();
    expect(await retry(harness, refundId)).toEqual(await retry(harness, refundId));
    expect(harness.audit.entries).toHaveLength(1);
    await harness.runJobs();
    expect(harness.cards.refunds.size).toBe(1);
  });

  it('after an external refund only the rest is refunded', async () => {
    const { harness, refundId } = await failed();
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ stripeRefundId: 're_hand', amount: eur(700) })]);
    expect(await retry(harness, refundId)).toMatchObject({ status: 'requested', amount: eur(1_800) });
  });

  it('a refund that has nothing left, has not failed or does not exist is refused', async () => {
    const { harness, refundId } = await failed();
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ stripeRefundId: 're_hand' })]);
    await expect(retry(harness, refundId)).rejects.toThrow(NothingLeftToRefund);
    const byHand = harness.payment.refunds.find(({ reason }) => reason === 'external')!;
    await expect(retry(harness, byHand.id)).rejects.toThrow(RefundNotFailed);
    await expect(retry(harness, newId())).rejects.toThrow(RefundNotFound);
    expect(harness.audit.entries).toEqual([]);
    expect(harness.jobs.waiting).toEqual([]);
  });
});
