import { QueryBus } from '@nestjs/cqrs';
import { MailRecipients } from '@app/contracts/auth.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { MAIL_GIVEN_UP, MAIL_SERVER_AWAY } from '../../domain/alert-codes.js';
import type { MailState } from '../../domain/mail.js';
import { MailBounced, MailDelayed, Mailer, MailServerAway } from '../../domain/mailer.js';
import { Mails } from '../../domain/mails.js';
import { NotificationsSettings } from '../../notifications.settings.js';
import type { Recipient } from '../content/written-mail.js';
import { MAILS } from '../lanes.js';
import { MailWriter } from '../mail-writer.js';

/**
 * Sends a requested mail. The subject is the mail's id. A process that dies after the mail server took the mail and before that is stored sends it
 * again, with the same Message-ID: receivers can drop the second one.
 */
@Job('notifications.send-mail', { lane: MAILS })
export class SendMail implements JobHandler {
  constructor(
    private readonly mails: Mails,
    private readonly writer: MailWriter,
    private readonly mailer: Mailer,
    private readonly queries: QueryBus,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
    private readonly settings: NotificationsSettings,
  ) {}

  async run(mailId: string): Promise<void> {
    const mail = await this.mails.find(mailId);
    if (mail?.status !== 'waiting') return;
    const written = await this.writer.write(mail);
    if (written === null) return this.mails.markNotNeeded(mailId);
    const { recipient, language, content } = written;
    try {
      await this.mailer.send({
        messageId: `${mail.kind}.${mail.factId}`,
        to: { name: recipient.name ?? '', address: recipient.email },
        language: language.locale,
        content,
      });
    } catch (error) {
      return this.recordFailure(mail, recipient, error);
    }
    await this.mails.markSent(mailId, { userId: recipient.userId, at: this.clock.now() });
  }

  /** Throws the error where the mail is tried again. */
  private async recordFailure({ id, kind }: MailState, { userId, email: address }: Recipient, error: unknown): Promise<void> {
    const at = this.clock.now();
    if (error instanceof MailServerAway) {
      this.alerts.raise(MAIL_SERVER_AWAY, 'The mail server takes no mails', { reason: error.reason });
      throw error;
    }
    if (error instanceof MailBounced) {
      await this.mails.markBounced(id, { userId, address, answer: error.answer, at });
      return this.forgetIfErased(userId);
    }
    if (!(error instanceof MailDelayed)) throw error;
    const giveUpBefore = new Date(at.getTime() - this.settings.giveUpMs);
    const status = await this.mails.recordRefusal(id, { userId, address, answer: error.answer, at, giveUpBefore });
    await this.forgetIfErased(userId);
    if (status === 'waiting') throw error;
    if (status === 'given-up') this.alerts.raise(MAIL_GIVEN_UP, 'A mail was refused for too long', { mailId: id, kind });
  }

  /** The user may have been erased while the mail was sent, and the reaction to it been earlier than what was stored now. */
  private async forgetIfErased(userId: string): Promise<void> {
    const [recipient] = await this.queries.execute(new MailRecipients([userId]));
    if (recipient === undefined) await this.mails.erase([userId]);
  }
}
