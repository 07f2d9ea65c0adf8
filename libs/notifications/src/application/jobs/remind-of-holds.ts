import { QueryBus } from '@nestjs/cqrs';
import { type EndingHoldView, HoldsEndingBetween } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchPages } from '@app/platform/jobs/paged-search.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { SEARCHES } from '../lanes.js';
import { mailAboutReservation, MailRequests } from '../mail-requests.js';

const PAGE_SIZE = 200;

/** Requests a mail for each hold that is about to end, once for each reservation, also where the hold is extended afterwards. */
@Job('notifications.remind-of-holds', { lane: SEARCHES })
export class RemindOfHolds implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly mails: Mails,
    private readonly requests: MailRequests,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly settings: NotificationsSettings,
  ) {
    this.everyMs = settings.ticks.remindOfHoldsMs;
  }

  async run(): Promise<void> {
    const { holdReminderMs, smtpUrl } = this.settings;
    if (holdReminderMs === 0 || smtpUrl === null) return;
    const now = this.clock.now();
    const until = addMs(now, holdReminderMs).toISOString();
    // Every search starts at now: a hold may be made with less time left than the holds that were found before.
    await searchPages({
      from: { heldUntil: now.toISOString(), reservationId: NIL_UUID },
      pageSize: PAGE_SIZE,
      read: (after) => this.queries.execute(new HoldsEndingBetween(after, until, PAGE_SIZE)),
      handle: (holds) => this.remindOf(holds),
    });
  }

  private async remindOf(holds: readonly EndingHoldView[]): Promise<void> {
    const missing = await this.mails.withoutMail(
      'hold-ending',
      holds.map(({ reservationId }) => reservationId),
    );
    const found = holds.filter(({ reservationId }) => missing.has(reservationId));
    await this.requests.request(...found.map((hold) => mailAboutReservation('hold-ending', hold)));
  }
}
