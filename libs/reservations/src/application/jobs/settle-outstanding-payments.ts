import { QueryBus } from '@nestjs/cqrs';
import { PaymentsSettledBetween } from '@app/contracts/payments.js';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { SettlementWatermark } from '../../domain/settlement-watermark.js';
import { ReservationsSettings } from '../../reservations.settings.js';
import { SEARCHES } from '../search-lane.js';
import { Settlement } from '../settlement.js';

const PAGE = 200;
/** Each search starts this long before the watermark. No transaction that could still store an older payment stays open longer. */
const OVERLAP_MS = 10 * 60_000;

/** Settles payments without an outcome, because their message is late or lost. */
@Job('reservations.settle-outstanding-payments', { lane: SEARCHES })
export class SettleOutstandingPayments implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly watermark: SettlementWatermark,
    private readonly settlement: Settlement,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly settings: ReservationsSettings,
  ) {
    this.everyMs = settings.ticks.settlePaymentsMs;
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    // Younger payments are left to their message.
    const until = new Date(now.getTime() - this.settings.settleAfterMs).toISOString();
    // Only a clock that was set back is behind the watermark. A search from there would miss every payment settled since then.
    if ((await this.watermark.read()) > now) await this.watermark.reset();
    const since = new Date((await this.watermark.read()).getTime() - OVERLAP_MS).toISOString();
    let after = { settledAt: since, paymentId: NIL_UUID };
    let hasFailed = false;
    for (;;) {
      const page = await this.queries.execute(new PaymentsSettledBetween(after, until, PAGE));
      const last = page.at(-1);
      if (last === undefined) return;
      const outstanding = await this.watermark.outstanding(page.map(({ paymentId }) => paymentId));
      const done = await this.settlement.settleEach(page.filter(({ paymentId }) => outstanding.has(paymentId)));
      // The watermark stays before a payment that failed, so that every later search finds it again.
      hasFailed ||= done < outstanding.size;
      if (!hasFailed) await this.watermark.advanceTo(last.settledAt);
      if (page.length < PAGE) return;
      after = { settledAt: last.settledAt, paymentId: last.paymentId };
    }
  }
}
