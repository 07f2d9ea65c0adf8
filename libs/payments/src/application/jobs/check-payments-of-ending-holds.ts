import { QueryBus } from '@nestjs/cqrs';
import { type EndingHoldView, HoldsEndingBetween } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { searchPages } from '@app/platform/jobs/paged-search.js';
import { Payments } from '../../domain/payments.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { REQUESTS } from '../lanes.js';

const PAGE_SIZE = 200;
/** Before the end of the hold: enough for an answer of Stripe and for what follows, also where many holds end at once. */
const LEAD_MS = 30_000;

/**
 * Has Stripe asked about each open payment once more, shortly before its hold ends: where the event of the payment is late, the customer would lose
 * the seats. A payment is asked about twice where a search falls into that time.
 */
@Job('payments.check-payments-of-ending-holds', { lane: REQUESTS })
export class CheckPaymentsOfEndingHolds implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly payments: Payments,
    private readonly jobs: Jobs,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.reconcilePaymentsMs;
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    // The next search comes before the check of every hold that this one does not find, also where it is half a minute late.
    const until = addMs(now, this.everyMs + 2 * LEAD_MS).toISOString();
    await searchPages({
      from: { heldUntil: now.toISOString(), reservationId: NIL_UUID },
      pageSize: PAGE_SIZE,
      read: (after) => this.queries.execute(new HoldsEndingBetween(after, until, PAGE_SIZE)),
      handle: (holds) => this.check(holds, now),
    });
  }

  private async check(holds: readonly EndingHoldView[], now: Date): Promise<void> {
    const endsAt = new Map(holds.map(({ reservationId, heldUntil }) => [reservationId, Date.parse(heldUntil)]));
    const payments = await this.payments.unfinishedOf([...endsAt.keys()]);
    await this.jobs.enqueue(
      payments
        .filter(({ intentId }) => intentId !== null)
        .map(({ id, reservationId }) => {
          const delayMs = Math.max(0, endsAt.get(reservationId)! - LEAD_MS - now.getTime());
          return { kind: 'payments.check-payment', subject: id, delayMs };
        }),
    );
  }
}
