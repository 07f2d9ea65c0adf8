import { DAY_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ServerFailure } from '../domain/card-payments.js';
import { aDispute, aRefund } from '../testing/fake-card-payments.js';
import { PaymentsHarness } from '../testing/payments-harness.js';
import { RefundPayment } from './commands/refund-payment.js';
import { StripeComparison } from './stripe-comparison.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const NOTHING = { intents: 0, refunds: 0, disputes: 0, corrected: 0, orphans: [], refundedReservations: [] };

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
    expect(await comparison.compare(DAY_MS)).toEqual({ ...NOTHING, intents: 1, orphans: [orphan] });
    expect(harness.cards.refunds.size).toBe(0);
  });

  it('an orphan is refunded once, with an audit entry', async () => {
    const { harness, comparison, paymentId } = await withOrphan();
    const [orphan] = (await comparison.compare(DAY_MS)).orphans;
    expect(await comparison.refund(orphan!)).toBe(2_500);
    expect(await comparison.refund(orphan!)).toBe(0);
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

  it('an orphan whose refund failed at the bank is refunded again', async () => {
    const { harness, comparison } = await withOrphan();
    await comparison.refund((await comparison.compare(DAY_MS)).orphans[0]!);
    const [made] = harness.cards.refunds.values();
    harness.cards.refunds.set(made!.stripeRefundId, { ...made!, status: 'failed' });
    expect(await comparison.refund((await comparison.compare(DAY_MS)).orphans[0]!)).toBe(2_500);
    expect([...harness.cards.refunds.values()].map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  });

  it('an orphan whose key only repeats a failure is refunded under the next', async () => {
    for (const [fault, given] of [
      ['failed-before', 2_500],
      ['failed-after', 0],
    ] as const) {
      const { harness, comparison } = await withOrphan();
      const [orphan] = (await comparison.compare(DAY_MS)).orphans;
      harness.cards.failNext(fault);
      await expect(comparison.refund(orphan!)).rejects.toThrow(ServerFailure);
      expect(await comparison.refund(orphan!)).toBe(given);
      expect(harness.cards.refunds.size).toBe(1);
    }
  });

  it('a payment of ours that missed its money has it afterwards', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    expect(await harness.bus.get(StripeComparison).compare(DAY_MS)).toEqual({ ...NOTHING, intents: 1, corrected: 1 });
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

  it('the reservation of a refund that was not known is named while it has seats', async () => {
    const harness = await PaymentsHarness.paid();
    const comparison = harness.bus.get(StripeComparison);
    const { id: paymentId, reservationId } = harness.payment;
    harness.cards.refunds.set(
      're_lost',
      aRefund({ stripeRefundId: 're_lost', refundId: newId(), amount: { amount: 1_000, currency: 'EUR' } }),
    );
    const named = { paymentId, reservationId, amount: 1_000, currency: 'EUR', code: 'ABCDEFGH', status: 'confirmed' };
    harness.reservation = { ...harness.reservation!, status: 'confirmed' };
    const counted = { ...NOTHING, intents: 1, refunds: 1 };
    expect(await comparison.compare(DAY_MS)).toEqual({ ...counted, corrected: 1, refundedReservations: [named] });
    expect(harness.payment).toMatchObject({ refunded: 1_000, refunds: [{ reason: 'external', status: 'succeeded' }] });
    expect(await comparison.compare(DAY_MS)).toEqual({ ...counted, refundedReservations: [named] });
    harness.reservation = { ...harness.reservation, status: 'cancelled' };
    expect(await comparison.compare(DAY_MS)).toEqual(counted);
  });

  it('a refund of ours that was sent after the backup is not sent again', async () => {
    const harness = await PaymentsHarness.paid();
    const { id: paymentId } = harness.payment;
    const due = { amount: 2_500, currency: 'EUR' };
    await harness.payments.change(paymentId, (payment) =>
      payment.requestRefund({ reason: 'reservation-cancelled', due, now: harness.clock.now() }),
    );
    const refundId = harness.payment.refunds[0]!.id;
    harness.cards.refunds.set('re_sent', aRefund({ stripeRefundId: 're_sent', refundId }));
    const report = await harness.bus.get(StripeComparison).compare(DAY_MS);
    expect(report).toMatchObject({ corrected: 1, refundedReservations: [] });
    expect(harness.payment.refunds).toMatchObject([{ id: refundId, status: 'succeeded' }]);
    await harness.runJobs();
    expect(harness.cards.refunds.size).toBe(1);
  });

  it('a dispute that is not known here is recorded, one of another system is not', async () => {
    const harness = await PaymentsHarness.paid();
    harness.cards.disputes.set('dp_1', aDispute()).set('dp_2', aDispute({ disputeId: 'dp_2', intentId: 'pi_of_another_system' }));
    const report = await harness.bus.get(StripeComparison).compare(DAY_MS);
    expect(report).toMatchObject({ disputes: 2, corrected: 1 });
    expect([await harness.disputes.find('dp_1'), await harness.disputes.find('dp_2')]).toMatchObject([{ status: 'needs_response' }, null]);
  });
  it('a dispute and a refund that name only their charge are of its payment', async () => {
    const harness = await PaymentsHarness.paid();
    harness.cards.charges.set('ch_1', 'pi_1');
    const named = { intentId: null, chargeId: 'ch_1' };
    harness.cards.disputes.set('dp_1', aDispute(named));
    harness.cards.refundsPage = () => Promise.resolve({ facts: [aRefund(named)], next: null });
    harness.cards.refundsOf = () => Promise.resolve([aRefund(named)]);
    expect(await harness.bus.get(StripeComparison).compare(DAY_MS)).toMatchObject({ refunds: 1, disputes: 1, corrected: 2 });
    expect([harness.payment.refunded, harness.disputes.all.size]).toEqual([2_500, 1]);
  });
  it('what went back for cheaper seats before a restore does not go back again', async () => {
    const harness = await PaymentsHarness.paid();
    const { id: paymentId, reservationId } = harness.payment;
    const lost = { stripeRefundId: 're_lost', refundId: newId(), isForChangedSeats: true, amount: eur(500) };
    harness.cards.refunds.set('re_lost', aRefund(lost));
    harness.reservation = { ...harness.reservation!, status: 'confirmed' };
    const report = await harness.bus.get(StripeComparison).compare(DAY_MS);
    expect(report.refundedReservations).toMatchObject([{ paymentId, reservationId, amount: 500, code: 'ABCDEFGH' }]);
    await harness.execute(new RefundPayment(paymentId, 'seats-changed', eur(500)));
    expect(harness.payment.refunds).toMatchObject([{ reason: 'external', amount: 500, status: 'succeeded' }]);
    await harness.execute(new RefundPayment(paymentId, 'seats-changed', eur(700)));
    expect(harness.payment.refunds.map(({ amount }) => amount)).toEqual([500, 200]);
  });

  it('a refund of changed seats that a restore lost is replaced once it fails', async () => {
    const harness = await PaymentsHarness.paid();
    const { id: paymentId, reservationId } = harness.payment;
    const lost = aRefund({ refundId: newId(), isForChangedSeats: true, amount: eur(500) });
    await harness.sync.applyRefunds(paymentId, [lost]);
    await harness.execute(new RefundPayment(paymentId, 'seats-changed', eur(500)));
    harness.owed = [{ paymentId, reservationId, reason: 'seats-changed', refundDue: eur(500), owedAt: harness.clock.now().toISOString() }];
    await harness.sync.applyRefunds(paymentId, [{ ...lost, status: 'failed' }]);
    for (const _ of [1, 2]) await harness.runJobs();
    expect(harness.payment.refunds).toMatchObject([
      { reason: 'external', status: 'failed', amount: 500 },
      { reason: 'seats-changed', status: 'succeeded', amount: 500 },
    ]);
  });

  it('who cancels after that gets all the rest', async () => {
    const harness = await PaymentsHarness.paid();
    const lost = aRefund({ refundId: newId(), isForChangedSeats: true, amount: eur(500) });
    await harness.sync.applyRefunds(harness.payment.id, [lost]);
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(2_000)));
    expect(harness.payment.refunds.map(({ amount }) => amount)).toEqual([500, 2_000]);
  });

  it('a refund by hand, a failed one and a second one of ours count apart', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'seats-changed', eur(500)));
    await harness.runJobs();
    expect(harness.cards.refunds.get('re_2')?.isForChangedSeats).toBe(true);
    const own = { refundId: harness.payment.refunds[0]!.id, isForChangedSeats: true, amount: eur(500) };
    const facts = [
      aRefund({ ...own, stripeRefundId: 're_twice' }),
      aRefund({ ...own, refundId: newId(), stripeRefundId: 're_failed', status: 'failed' }),
      aRefund({ ...own, refundId: null, stripeRefundId: 're_hand' }),
    ];
    await harness.sync.applyRefunds(harness.payment.id, facts);
    expect(harness.payment.refunds.map(({ isForChangedSeats }) => isForChangedSeats)).toEqual([false, false, false, false]);
  });
});
