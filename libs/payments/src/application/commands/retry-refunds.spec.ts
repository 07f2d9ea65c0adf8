import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { CardRefused } from '../../domain/card-payments.js';
import { NothingLeftToRefund } from '../../domain/errors.js';
import { aDispute } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundAsGoodwill } from './refund-as-goodwill.js';
import { type RefundSelection, RetryRefunds } from './retry-refunds.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

beforeAll(() => void Logger.overrideLogger(false));

/** With failed goodwill refunds of these amounts. */
async function failed(...amounts: number[]): Promise<PaymentsHarness> {
  const harness = await PaymentsHarness.paid();
  for (const amount of amounts) {
    await harness.execute(new RefundAsGoodwill('an-admin', harness.payment.id, { amount, note: 'cold' }));
    harness.cards.failNext(new CardRefused('insufficient_funds', 'The balance is too low.'));
    await harness.runJobs();
  }
  return harness;
}

const retry = (harness: PaymentsHarness, selection: RefundSelection) => harness.executeAsAdmin(new RetryRefunds('an-admin', selection));

describe('RetryRefunds', () => {
  it('all failed refunds are tried again, with one audit entry', async () => {
    const harness = await failed(100, 200);
    const refundIds = harness.payment.refunds.map(({ id }) => id);
    const { data, refused, hasMore } = await retry(harness, { reason: undefined });
    expect(data.map(({ id, status }) => [id, status])).toEqual(refundIds.map((id) => [id, 'requested']));
    expect([refused, hasMore]).toEqual([[], false]);
    expect(harness.audit.entries).toEqual([
      { actor: 'an-admin', action: 'payments.retry-refunds', subject: 'refunds', details: { refundIds } },
    ]);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(300);
    expect((await retry(harness, { reason: undefined })).data).toEqual([]);
    expect(harness.audit.entries).toHaveLength(1);
  });

  it('what a lost dispute took is not requested again', async () => {
    const harness = await failed(2_000);
    const { id: paymentId } = harness.payment;
    const [refund] = harness.payment.refunds;
    await harness.sync.applyDispute(aDispute({ status: 'lost', closed: true }), paymentId);
    expect(await retry(harness, {})).toEqual({ data: [], refused: [], hasMore: false });
    expect((await retry(harness, { refundIds: [refund!.id] })).refused).toMatchObject([{ code: 'payments.nothing-left-to-refund' }]);
    await expect(harness.execute(new RefundAsGoodwill('an-admin', paymentId, { amount: 1, note: 'late' }))).rejects.toThrow(
      NothingLeftToRefund,
    );
  });

  it('of what was lost in part the rest is requested again, and no more', async () => {
    const harness = await failed(2_000);
    const { id: paymentId } = harness.payment;
    harness.cards.failNext(new CardRefused('refund_refused', 'Not now.'));
    await harness.sync.applyDispute(aDispute({ amount: eur(900), status: 'lost', closed: true }), paymentId);
    await harness.runJobs();
    expect(harness.payment.refunds.map(({ amount, status }) => [amount, status])).toEqual([
      [400, 'failed'],
      [1_600, 'failed'],
    ]);
    const { data, refused } = await retry(harness, {});
    expect([data.map(({ amount }) => amount), refused.map(({ code }) => code)]).toEqual([
      [eur(1_600)],
      ['payments.nothing-left-to-refund'],
    ]);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(1_600);
    expect((await retry(harness, {})).data).toEqual([]);
    const won = aDispute({ amount: eur(900), status: 'won', closed: true });
    await harness.sync.applyDispute(won, paymentId, { statusWhenAsked: 'lost' });
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_000);
  });

  it('only the refunds of a reason, or those that are named, are tried again', async () => {
    const harness = await failed(100, 200);
    expect((await retry(harness, { reason: 'showtime-cancelled' })).data).toEqual([]);
    const [named] = harness.payment.refunds;
    expect((await retry(harness, { refundIds: [named!.id] })).data).toMatchObject([{ id: named!.id }]);
    expect((await retry(harness, { reason: 'goodwill' })).data).toHaveLength(1);
  });

  it('ids in capitals name the same refunds', async () => {
    const harness = await failed(100);
    const [named] = harness.payment.refunds;
    expect(await retry(harness, { refundIds: [named!.id.toUpperCase()] })).toMatchObject({ data: [{ id: named!.id }], refused: [] });
  });

  it('a refund that cannot be retried is named and stops no other', async () => {
    const harness = await failed(100);
    await harness.execute(new RefundAsGoodwill('an-admin', harness.payment.id, { amount: 300, note: 'late' }));
    await harness.runJobs();
    const [failedRefund, succeeded] = harness.payment.refunds;
    const unknown = newId();
    const { data, refused } = await retry(harness, { refundIds: [unknown, succeeded!.id, failedRefund!.id] });
    expect(data.map(({ id }) => id)).toEqual([failedRefund!.id]);
    expect(refused.map(({ refundId, code }) => [refundId, code])).toEqual([
      [unknown, 'payments.refund-not-found'],
      [succeeded!.id, 'payments.refund-not-failed'],
    ]);
  });
});
