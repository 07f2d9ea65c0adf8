import { QueryBus } from '@nestjs/cqrs';
import { ReservationsConfirmedBetween } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { ConfirmationsWatermark } from '../../domain/confirmations-watermark.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import { MAIL_SEARCHES } from '../mail-lanes.js';
import { mailAboutReservation, MailRequests } from '../mail-requests.js';

const PAGE = 200;
/** Each search starts this long before the watermark. No transaction that could still store an older fact stays open longer. */
const OVERLAP_MS = 10 * 60_000;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Asks reservations what was confirmed, and requests the mails whose message is late or lost. */
@Job('notifications.request-missing-confirmations', { lane: MAIL_SEARCHES })
export class RequestMissingConfirmations implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly watermark: ConfirmationsWatermark,
    private readonly mails: Mails,
    private readonly requests: MailRequests,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    settings: NotificationsSettings,
  ) {
    this.everyMs = settings.ticks.requestMissingConfirmationsMs;
  }

  async run(): Promise<void> {
    const until = this.clock.now().toISOString();
    const reached = (await this.watermark.read()).getTime();
    // Only a clock that was set back is behind the watermark.
    const from = Math.min(reached, this.clock.now().getTime()) - OVERLAP_MS;
    let after = { confirmedAt: new Date(from).toISOString(), reservationId: NIL_UUID };
    for (;;) {
      const page = await this.queries.execute(new ReservationsConfirmedBetween(after, until, PAGE));
      const missing = await this.mails.withoutMail(
        'reservation-confirmed',
        page.map(({ reservationId }) => reservationId),
      );
      const found = page.filter(({ reservationId }) => missing.has(reservationId));
      await this.requests.request(...found.map((reservation) => mailAboutReservation('reservation-confirmed', reservation)));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return this.watermark.moveTo(until);
      await this.watermark.moveTo(last.confirmedAt);
      after = last;
    }
  }
}
