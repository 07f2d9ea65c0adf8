import { QueryBus } from '@nestjs/cqrs';
import { UsersErasedAfter } from '@app/contracts/auth.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchPages } from '@app/platform/jobs/paged-search.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { SEARCHES } from '../lanes.js';

const PAGE_SIZE = 500;
/** Before all: auth keeps who was erased for 90 days, which is longer than any event is late. */
const START = { erasedAt: new Date(0).toISOString(), userId: NIL_UUID };

/** Asks auth which users were erased, and removes what is still kept of them, because the event is late or lost, or a mail was refused at that moment. */
@Job('notifications.erase-mails-of-erased-users', { lane: SEARCHES })
export class EraseMailsOfErasedUsers implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly mails: Mails,
    private readonly queries: QueryBus,
    settings: NotificationsSettings,
  ) {
    this.everyMs = settings.ticks.eraseMailsMs;
  }

  async run(): Promise<void> {
    await searchPages({
      from: START,
      pageSize: PAGE_SIZE,
      read: (after) => this.queries.execute(new UsersErasedAfter(after, PAGE_SIZE)),
      handle: (erased) => this.mails.erase(erased.map(({ userId }) => userId)),
    });
  }
}
