import { MINUTE_MS, SECOND_MS } from '@app/kernel/durations.js';
import { NO_SUBJECT } from '@app/platform/jobs/job.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CheckPaymentsOfEndingHolds } from './check-payments-of-ending-holds.js';

/** With the fetches of the intent that follow, at their seconds before the end of the hold. */
function withFetches(harness: PaymentsHarness): { harness: PaymentsHarness; fetches: number[] } {
  const fetches: number[] = [];
  const intent = harness.cards.intent.bind(harness.cards);
  harness.cards.intent = (id) => {
    fetches.push((Date.parse(harness.reservation!.heldUntil) - harness.clock.now().getTime()) / SECOND_MS);
    return intent(id);
  };
  harness.jobs.all.clear();
  return { harness, fetches };
}

/** Searches each minute, from this time on, and runs the jobs each second. */
async function untilHoldEnds(harness: PaymentsHarness, firstAt: string): Promise<void> {
  harness.clock.advance(Date.parse(firstAt) - harness.clock.now().getTime());
  const end = Date.parse(harness.reservation!.heldUntil);
  for (let second = 0; harness.clock.now().getTime() < end; second++) {
    if (second % 60 === 0) await harness.run(CheckPaymentsOfEndingHolds, NO_SUBJECT);
    await harness.runJobs();
    harness.clock.advance(SECOND_MS);
  }
}

describe('CheckPaymentsOfEndingHolds', () => {
  it('an open payment is compared with Stripe half a minute before its hold ends', async () => {
    const { harness, fetches } = withFetches(await PaymentsHarness.opened());
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    await untilHoldEnds(harness, '2026-03-01T12:00:20.000Z');
    expect(fetches).toEqual([30]);
    expect(harness.payment.status).toBe('succeeded');
  });

  it('a payment whose hold ends soon is fetched twice at most', async () => {
    const { harness, fetches } = withFetches(await PaymentsHarness.opened());
    await untilHoldEnds(harness, '2026-03-01T12:00:45.000Z');
    expect(fetches).toEqual([30, 15]);
  });

  it('a payment without an intent, or of a hold that lasts longer, is not fetched', async () => {
    const begun = await PaymentsHarness.begun();
    begun.jobs.all.clear();
    begun.clock.advance(29 * MINUTE_MS);
    await begun.run(CheckPaymentsOfEndingHolds, NO_SUBJECT);
    expect(begun.jobs.waiting).toEqual([]);
    const opened = await PaymentsHarness.opened();
    opened.jobs.all.clear();
    opened.clock.advance(27 * MINUTE_MS);
    await opened.run(CheckPaymentsOfEndingHolds, NO_SUBJECT);
    expect(opened.jobs.waiting).toEqual([]);
  });
});
