import { QueryBus } from '@nestjs/cqrs';
import { UsersErasedAfter } from '@app/contracts/auth.js';
import { Clock } from '@app/kernel/clock.js';
import { WEEK_MS } from '@app/kernel/durations.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchPages } from '@app/platform/jobs/paged-search.js';
import { ReservationsSettings } from '../../reservations.settings.js';
import { ErasedCustomers } from '../erased-customers.js';
import { SEARCHES } from '../lanes.js';

const PAGE_SIZE = 500;
/** Longer than the broker may be away, a token may live and a payment may take. The reaction has ended everything older. */
const LOOK_BACK_MS = WEEK_MS;

/** Ends what erased users still hold or have paid: the event is late or lost, or a request or a payment was under way. */
@Job('reservations.end-reservations-of-erased-users', { lane: SEARCHES })
export class EndReservationsOfErasedUsers implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly customers: ErasedCustomers,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    settings: ReservationsSettings,
  ) {
    this.everyMs = settings.ticks.erasedUsersMs;
  }

  async run(): Promise<void> {
    await searchPages({
      from: { erasedAt: addMs(this.clock.now(), -LOOK_BACK_MS).toISOString(), userId: NIL_UUID },
      pageSize: PAGE_SIZE,
      read: (after) => this.queries.execute(new UsersErasedAfter(after, PAGE_SIZE)),
      handle: (erased) => this.customers.endReservations(erased.map(({ userId }) => userId)),
    });
  }
}
