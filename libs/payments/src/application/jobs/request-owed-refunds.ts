import { QueryBus } from '@nestjs/cqrs';
import { type OwedRefundView, RefundsOwedBetween } from '@app/contracts/reservations.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { REFUND_NOT_REQUESTED } from '../../domain/alert-codes.js';
import { OwedRefundsWatermark } from '../../domain/owed-refunds-watermark.js';
import { Payments } from '../../domain/payments.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { OWED_REFUNDS } from '../stripe-lanes.js';

const PAGE = 200;
/** Each search starts this long before the watermark. No transaction that could still store an older fact stays open longer. */
const OVERLAP_MS = 10 * 60_000;

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
    // Only a clock that was set back is behind the watermark. A search from there would miss every refund owed since then.
    if ((await this.watermark.read()) > now) await this.watermark.reset();
    const since = new Date((await this.watermark.read()).getTime() - OVERLAP_MS).toISOString();
    let after = { owedAt: since, paymentId: NIL_UUID, reason: '' };
    let hasFailed = false;
    for (;;) {
      const page = await this.queries.execute(new RefundsOwedBetween(after, now.toISOString(), PAGE));
      const last = page.at(-1);
      if (last === undefined) return;
      for (const owed of await this.payments.withoutRefund(page)) hasFailed = !(await this.request(owed)) || hasFailed;
      // The watermark stays before a refund that failed, so that every later search finds it again.
      if (!hasFailed) await this.watermark.advanceTo(last.owedAt);
      if (page.length < PAGE) return;
      after = { owedAt: last.owedAt, paymentId: last.paymentId, reason: last.reason };
    }
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
