import { QueryBus } from '@nestjs/cqrs';
import { UsersErasedAfter } from '@app/contracts/auth.js';
import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Reservations } from '../../domain/reservations.js';
import { ReservationsSettings } from '../../reservations.settings.js';
import { SEARCHES } from '../search-lane.js';

const PAGE = 500;
/** Longer than the broker may be away, a token may live and a payment may take. The reaction has ended everything older. */
const LOOKED_AT_MS = 7 * 86_400_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Ends what users who were erased hold or have paid all the same: the event is late or lost, or a request or a payment was under way. */
@Job('reservations.end-reservations-of-erased-users', { lane: SEARCHES })
export class EndReservationsOfErasedUsers implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly reservations: Reservations,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    settings: ReservationsSettings,
  ) {
    this.everyMs = settings.ticks.erasedUsersMs;
  }

  async run(): Promise<void> {
    let after = { erasedAt: new Date(this.clock.now().getTime() - LOOKED_AT_MS).toISOString(), userId: FIRST_ID };
    for (;;) {
      const erased = await this.queries.execute(new UsersErasedAfter(after, PAGE));
      const last = erased.at(-1);
      if (last === undefined) return;
      await this.end(erased.map(({ userId }) => userId));
      if (erased.length < PAGE) return;
      after = last;
    }
  }

  /** One transaction a reservation: each is short, and a process that dies loses at most one. */
  private async end(customerIds: readonly string[]): Promise<void> {
    for (const id of await this.reservations.liveOf({ customerIds, now: this.clock.now() }))
      await this.reservations.change({ id }, (reservation) => reservation.endForErasedCustomer(this.clock.now()));
  }
}
