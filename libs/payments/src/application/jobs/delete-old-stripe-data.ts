import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { LONGEST_CHECK_PAUSE_MS, Payments } from '../../domain/payments.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { HOUSEKEEPING } from '../stripe-lanes.js';

const DAY_MS = 24 * 3_600_000;
/** Small enough that no webhook waits for it. */
const BATCH_ROWS = 1_000;
/** Where more is old than so many batches, the next run continues, so that no lease ends. */
const MAX_BATCHES = 500;
/** The jobs that use idempotency keys of Stripe's. */
const KINDS_WITH_KEY = ['payments.open-payment', 'payments.submit-refund'];

/** Deletes what Stripe told us and nobody needs any more: bodies of events, events, and idempotency keys that Stripe has forgotten long ago. */
@Job('payments.delete-old-stripe-data', { lane: HOUSEKEEPING })
export class DeleteOldStripeData implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly stripeEvents: StripeEvents,
    private readonly payments: Payments,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.deleteOldStripeDataMs;
  }

  async run(): Promise<void> {
    const { stripeEventBodiesDays, stripeEventsDays, idempotencyKeysDays } = this.settings.kept;
    const limit = BATCH_ROWS;
    await inBatches(() => this.stripeEvents.deleteBodies({ receivedBefore: this.daysAgo(stripeEventBodiesDays), limit }));
    await inBatches(() => this.stripeEvents.delete({ receivedBefore: this.daysAgo(stripeEventsDays), limit }));
    await inBatches(() => this.jobs.deleteSpentKeys({ kinds: KINDS_WITH_KEY, usedBefore: this.daysAgo(idempotencyKeysDays), limit }));
    // Of an unfinished payment, no check is that long overdue while any worker runs. If none did, the payment is only checked at once.
    const before = new Date(this.clock.now().getTime() - LONGEST_CHECK_PAUSE_MS);
    await inBatches(() => this.payments.deleteOldChecks({ before, limit }));
  }

  private daysAgo(days: number): Date {
    return new Date(this.clock.now().getTime() - days * DAY_MS);
  }
}

async function inBatches(deleteBatch: () => Promise<number>): Promise<void> {
  for (let batch = 0; batch < MAX_BATCHES; batch++) if ((await deleteBatch()) < BATCH_ROWS) return;
}
