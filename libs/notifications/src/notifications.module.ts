/** The modules of the notifications context, which sends mails: what every process provides, and what the API and the worker add to it. */
import { Injectable, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import {
  notificationsHandlers,
  notificationsJobs,
  notificationsJobServices,
  notificationsReactions,
  notificationsServices,
} from './application/handlers.js';
import { Languages } from './domain/language.js';
import { MailWatermarks } from './domain/mail-watermarks.js';
import { Mailer } from './domain/mailer.js';
import { Mails } from './domain/mails.js';
import { AdminMailsController } from './infrastructure/admin-mails.controller.js';
import { LanguagesOfFiles } from './infrastructure/language-files.js';
import { MailRetention, MailRetentionSchedule } from './infrastructure/mail-retention.schedule.js';
import { PostgresMailWatermarks } from './infrastructure/postgres-mail-watermarks.js';
import { PostgresMails } from './infrastructure/postgres-mails.js';
import { SmtpMailer } from './infrastructure/smtp-mailer.js';
import { NotificationsSettings } from './notifications.settings.js';

/** Says at the start that no mails are sent, where that is so. */
@Injectable()
class MailsOffNotice implements OnApplicationBootstrap {
  constructor(private readonly settings: NotificationsSettings) {}

  onApplicationBootstrap(): void {
    if (this.settings.smtpUrl === null) new Logger('Mails').warn('No mails are sent: SMTP_URL is off, or not set');
  }
}

const ports = [
  { provide: Mails, useClass: PostgresMails },
  { provide: MailWatermarks, useClass: PostgresMailWatermarks },
  { provide: Languages, useFactory: () => new LanguagesOfFiles() },
];

@Module({
  providers: [...ports, ...notificationsServices, ...notificationsHandlers],
  exports: [...ports.map(({ provide }) => provide), ...notificationsServices],
})
export class NotificationsModule {}

@Module({ imports: [NotificationsModule], controllers: [AdminMailsController] })
export class NotificationsApi {}

@Module({
  imports: [NotificationsModule],
  providers: [
    { provide: Mailer, useClass: SmtpMailer },
    ...notificationsJobServices,
    ...notificationsJobs,
    ...notificationsReactions,
    MailRetention,
    MailRetentionSchedule,
    MailsOffNotice,
  ],
})
export class NotificationsWorker {}
