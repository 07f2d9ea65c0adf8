import { QueryBus } from '@nestjs/cqrs';
import { PaymentsSettledBetween, type SettledPaymentView } from '@app/contracts/payments.js';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchFromWatermark } from '@app/platform/jobs/search-from-watermark.js';
import { SettlementWatermark } from '../../domain/settlement-watermark.js';
import { ReservationsSettings } from '../../reservations.settings.js';
import { SEARCHES } from '../lanes.js';
import { SettlementService } from '../settlement-service.js';

const PAGE_SIZE = 200;

/** Settles payments without an outcome, because their message is late or lost. */
@Job('reservations.settle-outstanding-payments', { lane: SEARCHES })
export class SettleOutstandingPayments implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly watermark: SettlementWatermark,
    private readonly settlement: SettlementService,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly settings: ReservationsSettings,
  ) {
    this.everyMs = settings.ticks.settlePaymentsMs;
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    // Younger payments are left to their message.
    const until = addMs(now, -this.settings.settleAfterMs).toISOString();
    await searchFromWatermark({
      watermark: this.watermark,
      now,
      pageSize: PAGE_SIZE,
      positionAt: (settledAt) => ({ settledAt, paymentId: NIL_UUID }),
      read: ({ settledAt, paymentId }) => this.queries.execute(new PaymentsSettledBetween({ settledAt, paymentId }, until, PAGE_SIZE)),
      timeOf: ({ settledAt }) => settledAt,
      handle: (page) => this.settleOutstanding(page),
    });
  }

  private async settleOutstanding(payments: readonly SettledPaymentView[]): Promise<boolean> {
    const outstanding = await this.watermark.outstanding(payments.map(({ paymentId }) => paymentId));
    const { failed } = await this.settlement.settleEach(payments.filter(({ paymentId }) => outstanding.has(paymentId)));
    return failed === 0;
  }
}
