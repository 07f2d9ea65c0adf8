import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Payments } from '../../domain/payments.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { REQUESTS } from '../lanes.js';

/** The event of a refund comes within seconds where the bank answers at once. */
const AFTER_MS = 5 * 60_000;
/** The next run takes the next ones. A showtime that was cancelled has hundreds of refunds. */
const LIMIT = 200;

/** Has Stripe asked about refunds that it has taken and not finished: the event of their end may be lost. */
@Job('payments.check-submitted-refunds', { lane: REQUESTS })
export class CheckSubmittedRefunds implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly transactions: Transactions,
    private readonly payments: Payments,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.reconcilePaymentsMs;
  }

  async run(): Promise<void> {
    await this.transactions.run(async () => {
      const paymentIds = await this.payments.claimSubmittedRefunds({ now: this.clock.now(), afterMs: AFTER_MS, limit: LIMIT });
      await this.jobs.enqueue(paymentIds.map((subject) => ({ kind: 'payments.list-refunds', subject })));
    });
  }
}
