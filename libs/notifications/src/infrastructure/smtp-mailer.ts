/** The mail server, over SMTP: a connection for each mail, and a limit for every step. */
import { Injectable } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Clock } from '@app/kernel/clock.js';
import { SPAN_KIND, inSpan } from '@app/platform/telemetry/tracing.js';
import { LONGEST_SEND_MS } from '../application/lanes.js';
import { oneLine } from '../domain/mail-content.js';
import { MailBounced, MailDelayed, Mailer, type MailMessage, MailServerAway } from '../domain/mailer.js';
import { NotificationsSettings } from '../notifications.settings.js';
import { calendarFile } from './calendar-file.js';
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

/** The time-out of the greeting says that the server is away, the one of the socket only that it is silent: of two that end together the first counts. */
const GREETING_FIRST_MS = 100;

@Injectable()
export class SmtpMailer extends Mailer {
  readonly #transport: Transporter | null;

  constructor(
    private readonly settings: NotificationsSettings,
    private readonly clock: Clock,
  ) {
    super();
    const { smtpUrl, smtpTimeoutMs } = settings;
    this.#transport =
      smtpUrl === null
        ? null
        : createTransport({
            url: smtpUrl,
            connectionTimeout: smtpTimeoutMs,
            greetingTimeout: smtpTimeoutMs,
            socketTimeout: smtpTimeoutMs + GREETING_FIRST_MS,
            dnsTimeout: smtpTimeoutMs,
            // A content that names a file or a URL is text, and nothing is read.
            disableFileAccess: true,
            disableUrlAccess: true,
          });
  }

  async send({ messageId, to, language, content }: MailMessage): Promise<void> {
    if (this.#transport === null) throw new MailServerAway('SMTP_URL is off');
    const { from } = this.settings;
    const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
    const calendar = content.calendar === null ? null : calendarFile(content.calendar, { domain, now: this.clock.now() });
    const message = {
      messageId: `<${messageId}@${domain}>`,
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
    const transport = this.#transport;
    await inSpan({ name: 'send mail', kind: SPAN_KIND.client }, () => withDeadline(transport.sendMail(message)));
  }
}

/** Each step has its limit; this one is for all of them, so that a server that is always slow cannot outlast the lease of the job. */
async function withDeadline(sending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MailDelayed('time-out', '')), LONGEST_SEND_MS);
  });
  try {
    await Promise.race([sending, deadline]);
  } catch (error) {
    throw error instanceof MailDelayed ? error : refusalOf(error as SmtpError);
  } finally {
    clearTimeout(timer);
    sending.catch(() => undefined);
  }
}

function refusalOf({ message, code = 'unknown', originalCode = '', command = '', response = '', responseCode }: SmtpError): Error {
  // A mail that makes the server break off must not stop the others.
  const isLost = /^(Connection closed|Timeout$)/.test(message) || ['ECONNRESET', 'EPIPE'].includes(originalCode);
  if (responseCode === 421 || (STEPS_OF_A_SESSION.test(command) && !isLost)) return new MailServerAway(responseCode ?? code);
  if (responseCode !== undefined && responseCode >= 500) return new MailBounced(responseCode, response);
  return new MailDelayed(responseCode ?? code, response);
}
