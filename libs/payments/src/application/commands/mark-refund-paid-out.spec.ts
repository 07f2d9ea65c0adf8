import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { CardRefused } from '../../domain/card-payments.js';
import {
  NothingLeftToRefund,
  PaidOutAmountDiffers,
  RefundAlreadyPaidOut,
  RefundExceedsRest,
  RefundNotFailed,
  RefundNotFound,
} from '../../domain/errors.js';
import { refundableOf } from '../../domain/owed-refunds.js';
import { aDispute, aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { ReconcilePaymentAsAdmin } from './reconcile-payment-as-admin.js';
import { MarkRefundPaidOut } from './mark-refund-paid-out.js';
import { RefundAsGoodwill } from './refund-as-goodwill.js';
import { RefundPayment } from './refund-payment.js';
import { RetryRefund } from './retry-refund.js';
import { RetryRefunds } from './retry-refunds.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const BY_BANK = 'Bank transfer, reference 2026-0117';

interface FailedRefund {
  readonly harness: PaymentsHarness;
  readonly refundId: string;
}

/** With a refund that Stripe refused. */
async function refused({ amount = 2_500, code = 'charge_not_refundable' } = {}): Promise<FailedRefund> {
  const harness = await PaymentsHarness.paid();
  await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(amount)));
  harness.cards.failNext(new CardRefused(code, 'It cannot be refunded.'));
  await harness.runJobs();
  return { harness, refundId: harness.payment.refunds[0]!.id };
}

/** With a refund that the bank returned. */
async function returned(): Promise<FailedRefund & { stripeRefundId: string }> {
  const harness = await PaymentsHarness.paid();
  await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(2_500)));
  await harness.runJobs();
  const { id: refundId, stripeRefundId } = harness.payment.refunds[0]!;
  const failed = { ...harness.cards.refunds.get(stripeRefundId!)!, status: 'failed', failure: 'expired_or_canceled_card' } as const;
  harness.cards.refunds.set(stripeRefundId!, failed);
  await harness.deliver(failed);
  return { harness, refundId, stripeRefundId: stripeRefundId! };
}

/** All of the refund, unless another amount is named. */
function payOut({ harness, refundId }: FailedRefund, own: { amount?: number; note?: string; adminId?: string } = {}) {
  const { amount = harness.payment.refunds.find(({ id }) => id === refundId)?.amount ?? 1, note = BY_BANK, adminId = 'an-admin' } = own;
  return harness.executeAsAdmin(new MarkRefundPaidOut(adminId, refundId, { amount, note }));
}
/** What the refusal says can be recorded. */
async function restOf(act: Promise<unknown>): Promise<unknown> {
  const error: unknown = await act.catch((reason: unknown) => reason);
  return error instanceof PaidOutAmountDiffers ? error.details['rest'] : error;
}
const amounts = ({ payment }: PaymentsHarness) =>
  payment.refunds.map(({ amount, status, paidOutAmount }) => [amount, status, paidOutAmount]).sort();
const codes = ({ alerts }: PaymentsHarness) => alerts.codes;

beforeAll(() => void Logger.overrideLogger(false));

describe('MarkRefundPaidOut', () => {
  it('a failed refund stays failed and says how it was paid, with an audit entry', async () => {
    const failed = await refused();
    const { payment } = failed.harness;
    expect((await payOut(failed)).refund).toMatchObject({
      id: failed.refundId,
      amount: eur(2_500),
      status: 'failed',
      paidOutAt: '2026-03-01T12:00:00.000Z',
      paidOutAmount: eur(2_500),
      paidOutNote: BY_BANK,
    });
    expect(failed.harness.payment).toMatchObject({ captured: 2_500, refunded: 0 });
    expect(failed.harness.eventTypes.at(-1)).toBe('refund-paid-out');
    const details = { paymentId: payment.id, amount: eur(2_500), reason: BY_BANK };
    expect(failed.harness.audit.entries).toEqual([
      { actor: 'an-admin', action: 'payments.mark-refund-paid-out', subject: failed.refundId, details },
    ]);
  });

  it('the same again changes nothing; another note, amount or admin is refused', async () => {
    const failed = await refused();
    const first = await payOut(failed);
    const { version } = failed.harness.payment;
    failed.harness.clock.advance(300_000);
    expect(await payOut(failed)).toEqual({ ...first, isNew: false });
    for (const other of [{ note: 'In cash' }, { amount: 2_400 }, { adminId: 'another-admin' }])
      await expect(payOut(failed, other)).rejects.toThrow(RefundAlreadyPaidOut);
    expect(failed.harness.payment.version).toBe(version);
    expect(failed.harness.audit.entries).toHaveLength(1);
  });

  it('a refund that has not failed, is not of ours or does not exist is refused', async () => {
    const { harness, refundId } = await refused();
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ stripeRefundId: 're_hand', amount: eur(100), status: 'failed' })]);
    const byHand = harness.payment.refunds.find(({ reason }) => reason === 'external')!;
    await expect(payOut({ harness, refundId: byHand.id })).rejects.toThrow(RefundNotFailed);
    await expect(payOut({ harness, refundId: newId() })).rejects.toThrow(RefundNotFound);
    await harness.executeAsAdmin(new RetryRefund('an-admin', refundId));
    await expect(payOut({ harness, refundId })).rejects.toThrow(RefundNotFailed);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_500);
    await expect(payOut({ harness, refundId })).rejects.toThrow(RefundNotFailed);
  });

  it('an amount that is not what is left is refused, with what is left', async () => {
    const failed = await refused();
    const { harness } = failed;
    await harness.executeAsAdmin(new RefundAsGoodwill('an-admin', harness.payment.id, { amount: 700, note: 'Cold' }));
    await harness.runJobs();
    const { version } = harness.payment;
    for (const amount of [2_500, 1_801, 1_799]) expect(await restOf(payOut(failed, { amount }))).toEqual(eur(1_800));
    expect(harness.payment.version).toBe(version);
    expect(harness.audit.entries.map(({ action }) => action)).toEqual(['payments.refund-as-goodwill']);
    const { refund } = await payOut(failed, { amount: 1_800 });
    expect([refund.amount, refund.paidOutAmount]).toEqual([eur(1_800), eur(1_800)]);
  });

  it('a refund whose money went back in another way has nothing to record', async () => {
    const all = await refused();
    await all.harness.sync.applyRefunds(all.harness.payment.id, [aRefund({ stripeRefundId: 're_hand' })]);
    await expect(payOut(all)).rejects.toThrow(NothingLeftToRefund);
  });

  it('what a bank keeps stays failed, for an appeal', async () => {
    const failed = await returned();
    const { harness } = failed;
    await harness.sync.applyDispute(aDispute({ amount: eur(1_000), status: 'lost', closed: true }), harness.payment.id);
    expect(await restOf(payOut(failed))).toEqual(eur(1_500));
    await payOut(failed, { amount: 1_500 });
    expect(amounts(harness)).toEqual([
      [1_000, 'failed', null],
      [1_500, 'failed', 1_500],
    ]);
  });

  it('nobody and nothing tries it again, although money is left', async () => {
    const failed = await refused({ amount: 1_000, code: 'charge_disputed' });
    const { harness, refundId } = failed;
    await payOut(failed);
    await expect(harness.executeAsAdmin(new RetryRefund('an-admin', refundId))).rejects.toThrow(RefundAlreadyPaidOut);
    expect(await harness.executeAsAdmin(new RetryRefunds('an-admin', {}))).toMatchObject({ data: [], refused: [] });
    expect(await harness.executeAsAdmin(new RetryRefunds('an-admin', { refundIds: [refundId] }))).toMatchObject({
      data: [],
      refused: [{ refundId, code: 'payments.refund-already-paid-out' }],
    });
    await harness.sync.applyDispute(aDispute({ status: 'won', closed: true }), harness.payment.id);
    await harness.executeAsAdmin(new ReconcilePaymentAsAdmin('an-admin', harness.payment.id));
    await harness.runJobs();
    const failure = { refundId, amount: eur(1_000), stripeRefundId: 're_late', status: 'failed', failure: 'insufficient_funds' } as const;
    await harness.sync.applyRefunds(harness.payment.id, [aRefund(failure)]);
    await harness.runJobs();
    expect(harness.payment.refunds).toMatchObject([{ status: 'failed', paidOutNote: BY_BANK }]);
    expect(harness.cards.refunds.size).toBe(0);
    expect(codes(harness).filter((code) => code === 'refund-failed')).toHaveLength(1);
  });

  it('goodwill afterwards gives no more than is left', async () => {
    const failed = await refused({ amount: 1_000 });
    const { harness } = failed;
    await payOut(failed);
    const give = (amount: number | null) =>
      harness.executeAsAdmin(new RefundAsGoodwill('an-admin', harness.payment.id, { amount, note: 'Cold' }));
    await expect(give(1_501)).rejects.toThrow(RefundExceedsRest);
    expect((await give(null)).amount).toEqual(eur(1_500));
    await expect(give(1)).rejects.toThrow(NothingLeftToRefund);
  });

  it('what is owed later is requested without what was paid out', async () => {
    const failed = await refused({ amount: 1_000 });
    const { harness } = failed;
    await payOut(failed);
    await harness.execute(new RefundPayment(harness.payment.id, 'showtime-cancelled', eur(2_500)));
    expect(harness.payment.refunds.map(({ amount }) => amount)).toEqual([1_000, 1_500]);
    const goodwill = await PaymentsHarness.paid();
    const { id } = await goodwill.executeAsAdmin(new RefundAsGoodwill('an-admin', goodwill.payment.id, { amount: 600, note: 'Cold' }));
    goodwill.cards.failNext(new CardRefused('charge_not_refundable', 'It cannot be refunded.'));
    await goodwill.runJobs();
    await payOut({ harness: goodwill, refundId: id });
    await goodwill.execute(new RefundPayment(goodwill.payment.id, 'showtime-cancelled', eur(2_500)));
    expect(goodwill.payment.refunds.map(({ amount }) => amount)).toEqual([600, 1_900]);
  });
});

describe('Late facts about a refund that was paid out', () => {
  it('an old event that it succeeded changes nothing: Stripe says that it failed', async () => {
    const failed = await returned();
    const { harness, stripeRefundId, refundId } = failed;
    await payOut(failed);
    const { version } = harness.payment;
    await harness.deliver(aRefund({ stripeRefundId, refundId }));
    expect(harness.jobs.waiting).toEqual([`payments.list-refunds ${harness.payment.id}`]);
    await harness.runJobs();
    expect(harness.payment.version).toBe(version);
    expect(codes(harness)).not.toContain('refund-paid-twice');
  });

  it('an alert says that it succeeded after all, where Stripe says so', async () => {
    const failed = await returned();
    const { harness, stripeRefundId, refundId } = failed;
    await payOut(failed);
    harness.cards.refunds.set(stripeRefundId, aRefund({ stripeRefundId, refundId }));
    await harness.deliver(aRefund({ stripeRefundId, refundId }));
    await harness.runJobs();
    expect(codes(harness).filter((code) => code === 'refund-paid-twice')).toHaveLength(1);
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded', paidOutNote: BY_BANK }] });
    await harness.runJobs();
    await harness.sync.applyRefunds(harness.payment.id, [...harness.cards.refunds.values()]);
    expect(codes(harness).filter((code) => code === 'refund-paid-twice')).toHaveLength(1);
  });

  it('a refusal that Stripe did not keep to is an alert too', async () => {
    const failed = await refused();
    const { harness, refundId } = failed;
    await payOut(failed);
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ refundId, status: 'submitted' })]);
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ refundId })]);
    expect(codes(harness).filter((code) => code === 'refund-paid-twice')).toHaveLength(2);
  });

  it('money that went back twice leaves nothing to give, and nothing that is owed', async () => {
    const failed = await refused({ amount: 1_250 });
    const { harness, refundId } = failed;
    await payOut(failed);
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ refundId, amount: eur(1_250) })]);
    await harness.execute(new RefundPayment(harness.payment.id, 'showtime-cancelled', eur(2_500)));
    expect(harness.payment.refunds).toHaveLength(1);
    const goodwill = new RefundAsGoodwill('an-admin', harness.payment.id, { amount: null, note: 'Cold' });
    await expect(harness.executeAsAdmin(goodwill)).rejects.toThrow(NothingLeftToRefund);
  });

  it('what Stripe says later does not change what was paid out', async () => {
    const failed = await returned();
    const { harness, stripeRefundId, refundId } = failed;
    const { id } = harness.payment;
    await harness.sync.applyDispute(aDispute({ amount: eur(1_000), status: 'lost', closed: true }), id);
    await payOut(failed, { amount: 1_500 });
    await harness.sync.applyRefunds(id, [aRefund({ stripeRefundId, refundId })]);
    expect(amounts(harness)).toEqual([
      [1_000, 'failed', null],
      [2_500, 'succeeded', 1_500],
    ]);
    expect(refundableOf(harness.payment)).toBe(2_500 - 2_500 - 1_500 - 1_000);
    expect(codes(harness)).toContain('refund-paid-twice');
    await harness.sync.applyRefunds(id, [aRefund({ stripeRefundId, refundId, status: 'failed', failure: 'unknown' })]);
    expect(amounts(harness)).toEqual([
      [1_000, 'failed', null],
      [2_500, 'failed', 1_500],
    ]);
    expect(refundableOf(harness.payment)).toBe(0);
  });

  it('money that came back to Stripe after that needs nobody', async () => {
    const failed = await returned();
    const { harness, stripeRefundId, refundId } = failed;
    await payOut(failed);
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ stripeRefundId, refundId })]);
    const raised = codes(harness).length;
    await harness.sync.applyRefunds(harness.payment.id, [aRefund({ stripeRefundId, refundId, status: 'failed', failure: 'unknown' })]);
    expect(harness.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'failed', paidOutNote: BY_BANK }] });
    expect(codes(harness)).toHaveLength(raised);
  });
});
