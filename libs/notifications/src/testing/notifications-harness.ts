/** The application layer of notifications on fakes: the mail server, the store, and what other contexts answer. */
import { MailRecipients, MailToken } from '@app/contracts/auth.js';
import { PaymentAccountsOf } from '@app/contracts/payment-accounts.js';
import { type ChangedRefundView, RefundsChangedBetween } from '@app/contracts/payments.js';
import {
  type CancelledReservationView,
  type ConfirmedReservationView,
  ReservationsCancelledBetween,
  ReservationsConfirmedBetween,
} from '@app/contracts/reservation-accounts.js';
import { ReservationsByIds } from '@app/contracts/reservations.js';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import type { DomainEvent, EventContext } from '@app/kernel/domain-event.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { type Reaction, subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { InMemoryJobs } from '@app/platform/testing/in-memory-jobs.js';
import {
  notificationsHandlers,
  notificationsJobs,
  notificationsJobServices,
  notificationsReactions,
  notificationsServices,
} from '../application/handlers.js';
import { Languages } from '../domain/language.js';
import { type MailMessage, Mailer } from '../domain/mailer.js';
import { type MailSearchName, MailWatermarks } from '../domain/mail-watermarks.js';
import { Mails } from '../domain/mails.js';
import { LanguagesOfFiles } from '../infrastructure/language-files.js';
import { NotificationsSettings } from '../notifications.settings.js';
import { InMemoryMails } from './in-memory-mails.js';

class FakeMailer extends Mailer {
  readonly sent: MailMessage[] = [];
  /** Errors of the next sends, in order. */
  readonly failures: Error[] = [];

  send(message: MailMessage): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    this.sent.push(message);
    return Promise.resolve();
  }
}

class InMemoryWatermarks extends MailWatermarks {
  readonly all = new Map<MailSearchName, string>();
  constructor(private readonly start: Date) {
    super();
  }
  read(search: MailSearchName): Promise<Date> {
    return Promise.resolve(new Date(this.all.get(search) ?? this.start));
  }
  moveTo(search: MailSearchName, at: string): Promise<void> {
    this.all.set(search, at);
    return Promise.resolve();
  }
}

export class NotificationsHarness {
  readonly clock = new FixedClock();
  readonly jobs = new InMemoryJobs(this.clock);
  readonly mails = new InMemoryMails();
  readonly mailer = new FakeMailer();
  readonly alerts = new InMemoryAlerts();
  readonly watermarks = new InMemoryWatermarks(this.clock.now());
  /** Null: erased. */
  recipient: { userId: string; email: string; fullName: string; emailVerified: boolean; language: string } | null = {
    userId: 'u1',
    email: 'ada@customers.test',
    fullName: 'Ada',
    emailVerified: true,
    language: 'en',
  };
  /** What the owners say that happened, in order. */
  confirmed: ConfirmedReservationView[] = [];
  cancelled: CancelledReservationView[] = [];
  refunds: ChangedRefundView[] = [];
  readonly settings = {
    smtpUrl: 'smtp://mail.test' as string | null,
    publicUrl: null,
    giveUpMs: 96 * HOUR_MS,
    holdReminderMs: 0,
    mailsKeptDays: 180,
    ticks: { requestMissingMailsMs: 60_000, remindOfHoldsMs: 30_000, deleteOldMailsMs: HOUR_MS, eraseMailsMs: HOUR_MS },
  };
  readonly bus: InMemoryBus;

  constructor() {
    this.bus = new InMemoryBus({
      handlers: [
        ...notificationsServices,
        ...notificationsJobServices,
        ...notificationsHandlers,
        ...notificationsJobs,
        ...notificationsReactions,
      ],
      providers: [
        [Clock, this.clock],
        [Jobs, this.jobs],
        [Mails, this.mails],
        [Mailer, this.mailer],
        [Alerts, this.alerts],
        [Languages, new LanguagesOfFiles()],
        [MailWatermarks, this.watermarks],
        [NotificationsSettings, this.settings],
      ],
    })
      .answer(MailRecipients, () => (this.recipient === null ? [] : [this.recipient]))
      .answer(MailToken, () => ({ token: 'a-secret-token', expiresAt: this.clock.now().toISOString() }))
      .answer(ReservationsByIds, () => [])
      .answer(ShowtimesByIds, () => [])
      .answer(PaymentAccountsOf, () => [])
      .answer(ReservationsConfirmedBetween, ({ after, until }) =>
        this.confirmed.filter(({ confirmedAt }) => confirmedAt > after.confirmedAt && confirmedAt <= until),
      )
      .answer(ReservationsCancelledBetween, ({ after, until }) =>
        this.cancelled.filter(({ cancelledAt }) => cancelledAt > after.cancelledAt && cancelledAt <= until),
      )
      .answer(RefundsChangedBetween, ({ after, until }) =>
        this.refunds.filter(({ changedAt }) => changedAt > after.changedAt && changedAt <= until),
      );
  }

  /** Delivers an event to its reaction. */
  async deliver(event: DomainEvent, own: Partial<EventContext> = {}): Promise<void> {
    const reaction = notificationsReactions.find((candidate) => subscriptionOf(candidate)?.event === event.constructor);
    if (reaction === undefined) throw new Error(`Nothing reacts to ${event.type}`);
    const context = { id: 'e1', subject: 's1', sequence: 1, time: this.clock.now(), correlationId: null, ...own };
    await this.bus.get<Reaction>(reaction).handle(event, context);
  }

  /** Kind, fact and status of every mail. */
  get list(): string[] {
    return [...this.mails.all.values()].map(({ kind, factId, status }) => `${kind} ${factId} ${status}`);
  }
}
