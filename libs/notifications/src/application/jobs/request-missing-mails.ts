import { QueryBus } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { searchFromWatermark } from '@app/platform/jobs/search-from-watermark.js';
import type { MailRequest } from '../../domain/mail.js';
import { MAIL_SEARCH_NAMES, type MailSearchName, MailWatermarks } from '../../domain/mail-watermarks.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { SEARCHES } from '../lanes.js';
import { MailRequests } from '../mail-requests.js';
import { FACT_SEARCHES } from '../mail-searches.js';

const PAGE_SIZE = 200;
/** A younger fact is left to its event, which may know more than its owner keeps. */
const LEFT_TO_EVENT_MS = 2 * 60_000;

/**
 * Asks the owners of the facts what happened, and requests the mails whose event is late or lost. Each watermark stands at
 * the last fact that was found, not at the time of the search: a worker whose clock is ahead would carry it beyond facts that are still to come.
 */
@Job('notifications.request-missing-mails', { lane: SEARCHES })
export class RequestMissingMails implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly watermarks: MailWatermarks,
    private readonly mails: Mails,
    private readonly requests: MailRequests,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    settings: NotificationsSettings,
  ) {
    this.everyMs = settings.ticks.requestMissingMailsMs;
  }

  /** A search that fails stops no other. Throws the first failure at the end, so that the job is tried again. */
  async run(): Promise<void> {
    const failures = new Failures();
    for (const name of MAIL_SEARCH_NAMES) await failures.attempt(() => this.search(name));
    failures.throwFirst();
  }

  private async search(name: MailSearchName): Promise<void> {
    const now = this.clock.now();
    const until = addMs(now, -LEFT_TO_EVENT_MS).toISOString();
    await searchFromWatermark({
      watermark: {
        read: () => this.watermarks.read(name),
        advanceTo: (at) => this.watermarks.moveTo(name, at),
        reset: () => this.watermarks.moveTo(name, now.toISOString()),
      },
      now,
      pageSize: PAGE_SIZE,
      positionAt: (at) => ({ at, id: NIL_UUID }),
      read: (after) => FACT_SEARCHES[name](this.queries, { after, until, limit: PAGE_SIZE }),
      timeOf: ({ at }) => at,
      handle: (page) => this.request(page.flatMap(({ mail }) => mail ?? [])),
    });
  }

  private async request(found: readonly MailRequest[]): Promise<void> {
    for (const [kind, mails] of Map.groupBy(found, (mail) => mail.kind)) {
      const missing = await this.mails.withoutMail(
        kind,
        mails.map(({ factId }) => factId),
      );
      await this.requests.request(...mails.filter(({ factId }) => missing.has(factId)));
    }
  }
}
