/** The mail server, over SMTP: a connection for each mail, and a limit for every step. */
import { Injectable } from '@nestjs/common';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { Clock } from '@app/kernel/clock.js';
import { SPAN_KIND, inSpan } from '@app/platform/telemetry/tracing.js';
import { MAX_ANSWER_MS, MAX_SESSION_MS } from '../application/lanes.js';
import { oneLine } from '../domain/mail-content.js';
import { MailBounced, MailDelayed, Mailer, type MailMessage, MailServerAway, MailUnconfirmed } from '../domain/mailer.js';
import { NotificationsSettings } from '../notifications.settings.js';
import { calendarFile, domainOf } from './calendar-file.js';
import { htmlLayout, textLayout } from './mail-layout.js';

/** What nodemailer adds to an error. */
interface SmtpError {
  readonly message: string;
  readonly code?: string;
  /** The code of the system, where `code` is nodemailer's. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** Steps before a mail is at issue: a failure is about the server, or about our account there. */
const STEPS_OF_A_SESSION = /^(CONN|EHLO|HELO|STARTTLS|AUTH.*|MAIL FROM)$/;

@Injectable()
export class SmtpMailer extends Mailer {
  constructor(
    private readonly settings: NotificationsSettings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send({ messageId, to, language, content }: MailMessage): Promise<void> {
    const { from, smtpUrl } = this.settings;
    if (smtpUrl === null) throw new MailServerAway('SMTP_URL is off');
    const calendar = content.calendar === null ? null : calendarFile(content.calendar, { from, now: this.clock.now() });
    const message = {
      messageId: `<${messageId}@${domainOf(from.address)}>`,
      from,
      to: { name: oneLine(to.name), address: to.address },
      subject: oneLine(content.subject),
      text: textLayout(content),
      html: await htmlLayout(content, language),
      // RFC 3834: no automatic answer to it.
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      attachments:
        calendar === null
          ? []
          : [
              {
                filename: 'reservation.ics',
                content: calendar.text,
                contentType: `text/calendar; charset=utf-8; method=${calendar.method}`,
              },
            ],
    };
    await inSpan({ name: 'send mail', kind: SPAN_KIND.client }, () => this.deliver(smtpUrl, message));
  }

  /** Two limits: one for everything up to the end of the content, so that no server holds a connection, and one for the answer to it. */
  private async deliver(smtpUrl: string, message: SendMailOptions): Promise<void> {
    const { smtpTimeoutMs } = this.settings;
    const transport = createTransport({
      url: smtpUrl,
      connectionTimeout: smtpTimeoutMs,
      greetingTimeout: smtpTimeoutMs,
      dnsTimeout: smtpTimeoutMs,
      // A content that names a file or a URL is text, and nothing is read.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const limit = new AbortController();
    let timer = setTimeout(() => limit.abort(), MAX_SESSION_MS);
    let isContentSent = false;
    transport.use('stream', (mail, done) => {
      mail.message.processFunc((content) =>
        content.once('end', () => {
          isContentSent = true;
          clearTimeout(timer);
          timer = setTimeout(() => limit.abort(), MAX_ANSWER_MS);
        }),
      );
      done();
    });
    try {
      // An abort closes the connection: a send that went on beside the next one would be another copy.
      await transport.sendMail({ ...message, signal: limit.signal });
    } catch (error) {
      throw refusalOf(error as SmtpError, { isTimeOut: limit.signal.aborted, isContentSent });
    } finally {
      clearTimeout(timer);
    }
  }
}

function refusalOf(error: SmtpError, { isTimeOut, isContentSent }: { isTimeOut: boolean; isContentSent: boolean }): Error {
  const { message, code = 'unknown', originalCode = '', command = '', response = '', responseCode } = error;
  const reason = isTimeOut ? 'time-out' : (responseCode ?? code);
  if (isContentSent && responseCode === undefined) return new MailUnconfirmed(reason);
  // A mail that makes the server break off must not stop the others.
  const isLost = isTimeOut || message.startsWith('Connection closed') || ['ECONNRESET', 'EPIPE'].includes(originalCode);
  if (responseCode === 421 || (STEPS_OF_A_SESSION.test(command) && !isLost)) return new MailServerAway(reason);
  if (responseCode !== undefined && responseCode >= 500) return new MailBounced(responseCode, response);
  return new MailDelayed(reason, response);
}
