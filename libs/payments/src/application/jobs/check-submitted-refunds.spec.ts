import { MINUTE_MS } from '@app/kernel/durations.js';
import { NO_SUBJECT } from '@app/platform/jobs/job.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CheckSubmittedRefunds } from './check-submitted-refunds.js';

/** With a refund that Stripe has taken. */
async function submitted(): Promise<PaymentsHarness> {
  const harness = await PaymentsHarness.paid();
  await harness.sync.applyRefunds(harness.payment.id, [aRefund({ status: 'submitted' })]);
  harness.jobs.all.clear();
  return harness;
}

/** Runs the search and the jobs each minute. Returns the minutes at which Stripe was asked. */
async function minutesOfRequests(harness: PaymentsHarness, minutes: number): Promise<number[]> {
  const asked: number[] = [];
  const refundsOf = harness.cards.refundsOf.bind(harness.cards);
  let minute = 0;
  harness.cards.refundsOf = (intentId) => {
    asked.push(minute);
    return refundsOf(intentId);
  };
  for (; minute <= minutes; minute++) {
    await harness.run(CheckSubmittedRefunds, NO_SUBJECT);
    await harness.runJobs();
    harness.clock.advance(MINUTE_MS);
  }
  return asked;
}

describe('CheckSubmittedRefunds', () => {
  it('a refund whose event is lost is finished some minutes later', async () => {
    const harness = await submitted();
    harness.cards.refunds.set('re_1', aRefund());
    expect(await minutesOfRequests(harness, 20)).toEqual([5]);
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
  });

  it('a refund that a bank works on for hours is asked about less and less often', async () => {
    const harness = await submitted();
    harness.cards.refunds.set('re_1', aRefund({ status: 'submitted' }));
    expect(await minutesOfRequests(harness, 240)).toEqual([5, 10, 15, 23, 35, 53, 80, 120, 180]);
  });

  it('a refund that has ended is not asked about', async () => {
    const harness = await submitted();
    await harness.deliver(aRefund({ intentId: 'pi_1' }));
    await harness.runJobs();
    harness.cards.refunds.set('re_1', aRefund());
    await harness.sync.applyRefunds(harness.payment.id, [aRefund()]);
    expect(await minutesOfRequests(harness, 20)).toEqual([]);
  });
});
