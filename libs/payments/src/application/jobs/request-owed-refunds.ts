import { QueryBus } from '@nestjs/cqrs';
import { type OwedRefundView, RefundsOwedBetween } from '@app/contracts/reservations.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchFromWatermark } from '@app/platform/jobs/search-from-watermark.js';
import { REFUND_NOT_REQUESTED } from '../../domain/alert-codes.js';
import { OwedRefundsWatermark } from '../../domain/owed-refunds-watermark.js';
import { Payments } from '../../domain/payments.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { OWED_REFUNDS } from '../lanes.js';

const PAGE_SIZE = 200;

/** Asks reservations what is owed, and requests the refunds whose message is late or lost. */
@Job('payments.request-owed-refunds', { lane: OWED_REFUNDS })
export class RequestOwedRefunds implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly watermark: OwedRefundsWatermark,
    private readonly payments: Payments,
    private readonly queries: QueryBus,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
    settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.requestOwedRefundsMs;
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    await searchFromWatermark({
      watermark: this.watermark,
      now,
      pageSize: PAGE_SIZE,
      positionAt: (owedAt) => ({ owedAt, paymentId: NIL_UUID, reason: '' }),
      read: ({ owedAt, paymentId, reason }) =>
        this.queries.execute(new RefundsOwedBetween({ owedAt, paymentId, reason }, now.toISOString(), PAGE_SIZE)),
      timeOf: ({ owedAt }) => owedAt,
      handle: (page) => this.requestEach(page),
    });
  }

  /** Returns whether none failed. */
  private async requestEach(page: readonly OwedRefundView[]): Promise<boolean> {
    let hasFailed = false;
    for (const owed of await this.payments.withoutRefund(page)) hasFailed = !(await this.request(owed)) || hasFailed;
    return !hasFailed;
  }

  /** A refund that cannot be requested raises an alert and stops no other. */
  private async request({ paymentId, reason, refundDue }: OwedRefundView): Promise<boolean> {
    try {
      await this.payments.change(paymentId, (payment) => payment.requestRefund({ reason, due: refundDue, now: this.clock.now() }));
      return true;
    } catch (error) {
      this.alerts.raise(REFUND_NOT_REQUESTED, 'A refund that is owed could not be requested', { paymentId, reason, err: error });
      return false;
    }
  }
}
