import { Clock } from '@app/kernel/clock.js';
import { deleteOldRows, type RetentionRule } from '@app/platform/jobs/delete-old-rows.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { LONGEST_CHECK_PAUSE_MS, Payments } from '../../domain/payments.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { HOUSEKEEPING } from '../lanes.js';

const DAY_MS = 24 * 3_600_000;
/** Small enough that no webhook waits for it. */
const BATCH_ROWS = 1_000;
/** The jobs that use idempotency keys of Stripe's. */
const KINDS_WITH_KEY = ['payments.open-payment', 'payments.submit-refund'];

/** Deletes what Stripe told us and is no longer needed: bodies of events, events, and idempotency keys that Stripe has forgotten long ago. */
@Job('payments.delete-old-stripe-data', { lane: HOUSEKEEPING })
export class DeleteOldStripeData implements JobHandler {
  readonly everyMs: number;
  /** Also for the operator's `retention`. */
  readonly rules: readonly RetentionRule[];

  constructor(stripeEvents: StripeEvents, payments: Payments, jobs: Jobs, clock: Clock, settings: PaymentsSettings) {
    this.everyMs = settings.ticks.deleteOldStripeDataMs;
    const { stripeEventBodiesDays, stripeEventsDays, idempotencyKeysDays } = settings.kept;
    const limit = BATCH_ROWS;
    const before = (ms: number): Date => new Date(clock.now().getTime() - ms);
    const rule = (table: string, deleteBatch: () => Promise<number>) => ({ table, batchRows: BATCH_ROWS, deleteBatch });
    this.rules = [
      rule('payments.stripe_events, bodies', () =>
        stripeEvents.deleteBodies({ receivedBefore: before(stripeEventBodiesDays * DAY_MS), limit }),
      ),
      rule('payments.stripe_events', () => stripeEvents.delete({ receivedBefore: before(stripeEventsDays * DAY_MS), limit })),
      rule('platform.jobs, with the key of a call to Stripe', () =>
        jobs.deleteSpentKeys({ kinds: KINDS_WITH_KEY, usedBefore: before(idempotencyKeysDays * DAY_MS), limit }),
      ),
      // Of an unfinished payment, no check is that long overdue while any worker runs. If none did, the payment is only checked at once.
      rule('payments.payment_checks', () => payments.deleteOldChecks({ before: before(LONGEST_CHECK_PAUSE_MS), limit })),
    ];
  }

  run(): Promise<void> {
    return deleteOldRows(this.rules);
  }
}
