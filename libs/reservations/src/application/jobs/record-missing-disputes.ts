import { QueryBus } from '@nestjs/cqrs';
import { RecentDisputes, type RecentDisputeView } from '@app/contracts/disputes.js';
import { Clock } from '@app/kernel/clock.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchPages } from '@app/platform/jobs/paged-search.js';
import { Reservations } from '../../domain/reservations.js';
import { ReservationsSettings } from '../../reservations.settings.js';
import { SEARCHES } from '../lanes.js';

const PAGE_SIZE = 500;
/** Payments asks Stripe about decisions for as long. */
const LOOK_BACK_MS = 90 * DAY_MS;

/** Records the disputes and decisions whose event is late or lost: without them a reservation would not be found as disputed. */
@Job('reservations.record-missing-disputes', { lane: SEARCHES })
export class RecordMissingDisputes implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly reservations: Reservations,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    settings: ReservationsSettings,
  ) {
    this.everyMs = settings.ticks.recordDisputesMs;
  }

  async run(): Promise<void> {
    const decidedAfter = addMs(this.clock.now(), -LOOK_BACK_MS).toISOString();
    await searchPages({
      from: { disputeId: '' },
      pageSize: PAGE_SIZE,
      read: ({ disputeId }) => this.queries.execute(new RecentDisputes(decidedAfter, disputeId, PAGE_SIZE)),
      handle: (disputes) => this.record(disputes),
    });
  }

  private async record(disputes: readonly RecentDisputeView[]): Promise<void> {
    for (const { reservationId, disputeId: id, outcome, sequence } of await this.reservations.withoutDispute(disputes))
      await this.reservations.change({ id: reservationId }, (reservation) => reservation.recordDispute({ id, outcome, sequence }));
  }
}
