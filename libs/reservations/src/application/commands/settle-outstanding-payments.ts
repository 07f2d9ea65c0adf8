import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PaymentsSettledBetween } from '@app/contracts/payments.js';
import { Clock } from '@app/kernel/clock.js';
import { SettlementWatermark } from '../../domain/settlement-watermark.js';
import { Settlement } from '../settlement.js';

const PAGE = 200;
/** Each search starts this long before the watermark. No transaction that could still store an older payment stays open longer. */
const OVERLAP_MS = 10 * 60_000;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Settles payments without an outcome, because their message is late or lost. Returns how many. */
export class SettleOutstandingPayments extends Command<number> {
  /** Payments that succeeded more recently than `olderThanMs` are left to their message. Of all workers, one searches in `pauseMs`. */
  constructor(readonly options: { readonly olderThanMs: number; readonly pauseMs: number }) {
    super();
  }
}

@CommandHandler(SettleOutstandingPayments)
export class SettleOutstandingPaymentsHandler implements ICommandHandler<SettleOutstandingPayments> {
  constructor(
    private readonly watermark: SettlementWatermark,
    private readonly settlement: Settlement,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ options: { olderThanMs, pauseMs } }: SettleOutstandingPayments): Promise<number> {
    const now = this.clock.now();
    if (!(await this.watermark.beginSearch({ now, pauseMs }))) return 0;
    const until = new Date(now.getTime() - olderThanMs).toISOString();
    // Only a clock that was set back is behind the watermark. A search from there would miss every payment settled since then.
    if ((await this.watermark.read()) > now) await this.watermark.reset();
    const since = new Date((await this.watermark.read()).getTime() - OVERLAP_MS).toISOString();
    let after = { settledAt: since, paymentId: NIL_UUID };
    let settled = 0;
    let hasFailed = false;
    for (;;) {
      const page = await this.queries.execute(new PaymentsSettledBetween(after, until, PAGE));
      const outstanding = await this.watermark.outstanding(page.map(({ paymentId }) => paymentId));
      const done = await this.settlement.settleEach(page.filter(({ paymentId }) => outstanding.has(paymentId)));
      settled += done;
      const last = page.at(-1);
      if (last === undefined) return settled;
      // The watermark stays before a payment that failed, so that every later search finds it again.
      hasFailed ||= done < outstanding.size;
      if (!hasFailed) await this.watermark.advanceTo(last.settledAt);
      if (page.length < PAGE) return settled;
      after = { settledAt: last.settledAt, paymentId: last.paymentId };
    }
  }
}
