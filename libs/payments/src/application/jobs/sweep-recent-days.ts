import { Clock } from '@app/kernel/clock.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Disputes } from '../../domain/disputes.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { LISTS } from '../lanes.js';
import { FIRST_PAGE } from '../sweep-pages.js';

/** A decision that is older stays: banks allow an appeal some weeks. */
const APPEALED_WITHIN_MS = 90 * DAY_MS;

/** Starts a comparison of our payments with what Stripe's lists hold for the last days. Each page of a list is a job of its own. */
@Job('payments.sweep-recent-days', { lane: LISTS })
export class SweepRecentDays implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly disputes: Disputes,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.reconcileDaysMs;
  }

  async run(): Promise<void> {
    await this.jobs.enqueue([
      { kind: 'payments.sweep-intents', subject: FIRST_PAGE },
      { kind: 'payments.sweep-refunds', subject: FIRST_PAGE },
      { kind: 'payments.sweep-disputes', subject: FIRST_PAGE },
    ]);
    const disputes = await this.disputes.idsOpenOrClosedAfter(addMs(this.clock.now(), -APPEALED_WITHIN_MS));
    await this.jobs.enqueue(disputes.map((subject) => ({ kind: 'payments.check-dispute', subject })));
  }
}
