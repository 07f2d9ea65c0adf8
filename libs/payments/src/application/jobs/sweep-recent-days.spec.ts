import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import type { JobHandler } from '@app/platform/jobs/job.js';
import { LaneRunner } from '@app/platform/jobs/lane-runner.js';
import { runLane } from '@app/platform/testing/run-lane.js';
import { CardRefused, OutcomeUnknown } from '../../domain/card-payments.js';
import { aDispute, aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPayment } from '../commands/refund-payment.js';
import { LISTS } from '../lanes.js';
import { SweepDisputes } from './sweep-disputes.js';
import { SweepIntents } from './sweep-intents.js';
import { SweepRecentDays } from './sweep-recent-days.js';
import { SweepRefunds } from './sweep-refunds.js';

beforeAll(() => void Logger.overrideLogger(false));

/** Runs the sweep with all of its pages, but no other job. */
async function sweep(harness: PaymentsHarness): Promise<void> {
  await harness.run(SweepRecentDays, 'all');
  for (const [kind, job] of [
    ['payments.sweep-intents', SweepIntents],
    ['payments.sweep-refunds', SweepRefunds],
    ['payments.sweep-disputes', SweepDisputes],
  ] as const) {
    const lane = new LaneRunner(
      { ...LISTS, concurrency: 1 },
      new Map([[kind, harness.bus.get<JobHandler>(job)]]),
      harness.jobs,
      harness.alerts,
    );
    while ((await runLane(lane)).ran > 0);
  }
}

describe('SweepRecentDays', () => {
  it('an intent that differs from its payment is applied', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    await sweep(harness);
    expect(harness.payment).toMatchObject({ status: 'succeeded', captured: 2_500 });
  });

  it('a page that fails is repeated, and no page before it', async () => {
    const harness = await PaymentsHarness.opened();
    for (let i = 2; i <= 6; i++) harness.cards.addIntent({ intentId: `pi_${i}` });
    harness.cards.pageSize = 2;
    const intentsPage = harness.cards.intentsPage.bind(harness.cards);
    let failures = 1;
    harness.cards.intentsPage = (page) =>
      page.after === 'pi_4' && failures-- > 0 ? Promise.reject(new OutcomeUnknown()) : intentsPage(page);
    await sweep(harness);
    // Of intents two; one of refunds and one of disputes.
    expect(harness.cards.pagesRead).toEqual([null, 'pi_2', null, null]);
    harness.clock.advance(1_000);
    await harness.runJobs();
    expect(harness.cards.pagesRead).toEqual([null, 'pi_2', null, null, 'pi_4']);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('an intent that cannot be applied stops no other', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.addIntent({ intentId: 'pi_broken', paymentId: newId() });
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    harness.cards.pageSize = 1;
    harness.breakFor('pi_broken');
    await sweep(harness);
    expect(harness.payment.status).toBe('succeeded');
    expect(harness.alerts.codes).toEqual(['sweep-failed']);
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

  it('a dispute without an event is recorded with its alert, a foreign one is not', async () => {
    const harness = await PaymentsHarness.paid();
    for (const own of [{}, { disputeId: 'dp_2', intentId: 'pi_else' }, { disputeId: 'dp_3', intentId: null }])
      harness.cards.disputes.set(own.disputeId ?? 'dp_1', aDispute(own));
    await sweep(harness);
    expect([...harness.disputes.all.values()]).toMatchObject([{ id: 'dp_1', paymentId: harness.payment.id, status: 'needs_response' }]);
    expect(harness.alerts.codes).toEqual(['dispute-opened']);
    await sweep(harness);
    expect([harness.disputes.all.size, harness.alerts.codes]).toEqual([1, ['dispute-opened']]);
  });

  it('a dispute and a refund that name only their charge are found', async () => {
    const harness = await PaymentsHarness.paid();
    harness.cards.charges.set('ch_1', 'pi_1').set('ch_else', null);
    for (const chargeId of ['ch_1', 'ch_else']) {
      const named = { intentId: null, chargeId };
      harness.cards.disputes.set(`dp_${chargeId}`, aDispute({ ...named, disputeId: `dp_${chargeId}` }));
      harness.cards.refunds.set(`re_${chargeId}`, aRefund({ ...named, stripeRefundId: `re_${chargeId}` }));
    }
    await sweep(harness);
    expect([...harness.disputes.all.values()]).toMatchObject([{ id: 'dp_ch_1', paymentId: harness.payment.id }]);
    expect(harness.jobs.waiting).toEqual([`payments.list-refunds ${harness.payment.id}`]);
    expect(harness.cards.chargesRead).toEqual(['ch_1', 'ch_else', 'ch_1', 'ch_else']);
  });

  it('a decision without an event is found, however old the dispute is', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.deliver(aDispute());
    // Older than what Stripe's list gives.
    harness.cards.disputesPage = () => Promise.resolve({ facts: [], next: null });
    harness.cards.disputes.set('dp_1', aDispute({ status: 'lost', closed: true }));
    await sweep(harness);
    await harness.runJobs();
    expect(harness.disputes.all.get('dp_1')).toMatchObject({ status: 'lost', lost: 2_500 });
    harness.cards.disputes.set('dp_1', aDispute({ status: 'won', closed: true }));
    await sweep(harness);
    await harness.runJobs();
    expect(harness.disputes.all.get('dp_1')).toMatchObject({ status: 'won', lost: 0 });
  });

  it.each([
    ['is requested again', []],
    ['stays failed while another dispute is open', [aDispute({ disputeId: 'dp_2' })]],
  ])('a refund whose refusal was recorded after its dispute was won %s', async (_, others) => {
    const harness = await PaymentsHarness.paid();
    const won = aDispute({ status: 'won', closed: true });
    for (const fact of [aDispute(), won, ...others]) await harness.deliver(fact);
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', { amount: 1_000, currency: 'EUR' }));
    harness.cards.failNext(new CardRefused('charge_disputed', 'The charge is disputed.'));
    await harness.runJobs();
    expect(harness.payment.refunds).toMatchObject([{ status: 'failed' }]);
    for (const fact of [won, ...others]) harness.cards.disputes.set(fact.disputeId, fact);
    await sweep(harness);
    for (const _job of ['ask', 'submit']) await harness.runJobs();
    expect(harness.payment.refunded).toBe(others.length === 0 ? 1_000 : 0);
    expect(harness.cards.keys.at(-1)).toBe(`refund:${harness.payment.refunds[0]!.id}:${others.length === 0 ? 2 : 1}`);
  });

  it('a dispute that cannot be applied stops no other', async () => {
    const harness = await PaymentsHarness.paid();
    for (const disputeId of ['dp_broken', 'dp_1']) harness.cards.disputes.set(disputeId, aDispute({ disputeId }));
    const record = harness.disputes.record.bind(harness.disputes);
    harness.disputes.record = (fact, ...rest) =>
      fact.disputeId === 'dp_broken' ? Promise.reject(new Error('broken')) : record(fact, ...rest);
    harness.cards.pageSize = 1;
    await sweep(harness);
    expect([...harness.disputes.all.keys()]).toEqual(['dp_1']);
    expect(harness.alerts.codes).toEqual(['sweep-failed', 'dispute-opened']);
  });
});
