import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { MailRecipients } from '@app/contracts/auth.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { JobPostponed } from '@app/platform/jobs/job.js';
import { MAIL_GIVEN_UP, MAIL_SERVER_AWAY } from '../domain/alert-codes.js';
import type { MailState } from '../domain/mail.js';
import { MailBounced, MailDelayed, Mailer, MailServerAway, MailUnconfirmed } from '../domain/mailer.js';
import { Mails } from '../domain/mails.js';
import { NotificationsSettings } from '../notifications.settings.js';
import type { Recipient } from './content/mail-frame.js';
import { MailWriter } from './mail-writer.js';

/** Each send of which the mail server has not said that it took it may be a copy in the mailbox: so many, and so far apart. */
const MAX_UNCONFIRMED_SENDS = 3;
const UNCONFIRMED_PAUSE_MS = 2 * HOUR_MS;
/** What an admin reads in the place of the answer that did not come. */
const NO_ANSWER = 'The mail server got the whole mail and did not say whether it took it.';

/**
 * Sends requested mails, for the jobs. A process that dies after the mail server took a mail and before that is stored sends it again, with the same
 * Message-ID: receivers can drop the second one.
 */
@Injectable()
export class MailDelivery {
  constructor(
    private readonly mails: Mails,
    private readonly writer: MailWriter,
    private readonly mailer: Mailer,
    private readonly queries: QueryBus,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
    private readonly settings: NotificationsSettings,
  ) {}

  /** Throws where the mail is tried again: the error of the mail server, or `JobPostponed`. */
  async send(mailId: string): Promise<void> {
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

  /** Throws as `send` does. */
  private async recordFailure(mail: MailState, { userId, email: address }: Recipient, error: unknown): Promise<void> {
    const { id, kind } = mail;
    const at = this.clock.now();
    if (error instanceof MailServerAway) {
      this.alerts.raise(MAIL_SERVER_AWAY, 'The mail server takes no mails', { reason: error.reason });
      throw error;
    }
    if (error instanceof MailBounced) {
      await this.mails.markBounced(id, { userId, address, answer: error.answer, at });
      return this.forgetIfErased(userId);
    }
    if (error instanceof MailUnconfirmed) return this.recordUnconfirmed(mail, { userId, address, at });
    if (!(error instanceof MailDelayed)) throw error;
    const giveUpBefore = addMs(at, -this.settings.giveUpMs);
    const status = await this.mails.recordRefusal(id, { userId, address, answer: error.answer, at, giveUpBefore });
    await this.forgetIfErased(userId);
    if (status === 'waiting') throw error;
    if (status === 'given-up') this.alerts.raise(MAIL_GIVEN_UP, 'A mail was refused for too long', { mailId: id, kind });
  }

  private async recordUnconfirmed({ id, kind }: MailState, send: { userId: string; address: string; at: Date }): Promise<void> {
    const status = await this.mails.recordUnconfirmed(id, { ...send, answer: NO_ANSWER, limit: MAX_UNCONFIRMED_SENDS });
    await this.forgetIfErased(send.userId);
    if (status === 'waiting') throw new JobPostponed(UNCONFIRMED_PAUSE_MS, NO_ANSWER);
    if (status === 'given-up') this.alerts.raise(MAIL_GIVEN_UP, 'It is unknown whether a mail was delivered', { mailId: id, kind });
  }

  /** The user may have been erased while the mail was sent, and the reaction to it been earlier than what was stored now. */
  private async forgetIfErased(userId: string): Promise<void> {
    const [recipient] = await this.queries.execute(new MailRecipients([userId]));
    if (recipient === undefined) await this.mails.erase([userId]);
  }
}
