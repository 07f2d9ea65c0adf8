/** What notifications reads from the environment. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@app/kernel/durations.js';
import type { Environment } from '@app/platform/config/environment.js';

/** A name without quotes and an address, or an address. */
const FROM = /^(?:([^<>"\r\n]{1,100})<([^<>@\s]+@[^<>@\s]+)>|([^<>@\s]+@[^<>@\s]+))$/;

interface Sender {
  readonly name: string;
  readonly address: string;
}

export class NotificationsSettings {
  /** Null: no mail is requested or sent. Contains the password of the mail server: must not be logged. */
  readonly smtpUrl: string | null;
  readonly from: Sender;
  /** Where links of mails lead, without a slash at the end. Null: mails have no links. */
  readonly publicUrl: string | null;
  /** How long the mail server may take to be found, to connect and to greet. */
  readonly smtpTimeoutMs: number;
  /** A mail that is refused for now is given up this long after its first refusal. */
  readonly giveUpMs: number;
  /** How long before its end a hold is reminded of. 0: never. */
  readonly holdReminderMs: number;
  readonly mailsKeptDays: number;
  /** 0 is no limit. */
  readonly mailRetryPerAdminPerMinute: number;
  readonly ticks: {
    readonly requestMissingMailsMs: number;
    readonly remindOfHoldsMs: number;
    readonly deleteOldMailsMs: number;
    /** Notifications asks auth who was erased: a lost message keeps an address for so much longer. */
    readonly eraseMailsMs: number;
  };

  constructor(env: Environment) {
    const isOff = env.optional('SMTP_URL') === 'off';
    this.smtpUrl = isOff ? null : env.optionalUrl('SMTP_URL', ['smtp:', 'smtps:']);
    if (env.isProduction && this.smtpUrl === null && !isOff) env.faults.push('SMTP_URL is required in production; `off` sends no mails');
    this.from = sender(env, { isRequired: env.isProduction && this.smtpUrl !== null });
    this.publicUrl = env.optionalBaseUrl('PUBLIC_URL')?.replace(/\/+$/, '') ?? null;
    this.smtpTimeoutMs = env.durationMs('SMTP_TIMEOUT_MS', { fallback: 10 * SECOND_MS, max: 20 * SECOND_MS });
    // Long enough for a full mailbox over a weekend, and within the four to five days of RFC 5321, section 4.5.4.1.
    this.giveUpMs = env.integer('MAIL_GIVE_UP_HOURS', { fallback: 96, min: 1, max: 720 }) * HOUR_MS;
    this.holdReminderMs = env.integer('HOLD_REMINDER_MINUTES', { fallback: 0, min: 0, max: 1_440 }) * MINUTE_MS;
    // Longer than an event can come again (INBOX_KEPT_DAYS, and events that are sent again): a fact whose mail is forgotten would get another one.
    this.mailsKeptDays = env.integer('MAILS_KEPT_DAYS', { fallback: 180, min: 95, max: 36_500 });
    this.mailRetryPerAdminPerMinute = env.integer('MAIL_RETRY_PER_ADMIN_PER_MINUTE', { fallback: 60, min: 0, max: 1_000_000 });
    this.ticks = {
      requestMissingMailsMs: env.durationMs('TICK_REQUEST_MISSING_MAILS_MS', { fallback: MINUTE_MS }),
      remindOfHoldsMs: env.durationMs('TICK_REMIND_OF_HOLDS_MS', { fallback: 30 * SECOND_MS }),
      deleteOldMailsMs: env.durationMs('TICK_DELETE_OLD_MAILS_MS', { fallback: HOUR_MS }),
      eraseMailsMs: env.durationMs('TICK_ERASE_MAILS_MS', { fallback: HOUR_MS }),
    };
  }
}

function sender(env: Environment, { isRequired }: { readonly isRequired: boolean }): Sender {
  const text = env.text('MAIL_FROM', isRequired ? undefined : 'Cinema <no-reply@localhost>');
  const [, name, address, bare] = FROM.exec(text) ?? [];
  if (text !== '' && address === undefined && bare === undefined)
    env.faults.push('MAIL_FROM must be an address such as tickets@cinema.example, or Cinema <tickets@cinema.example>');
  return { name: name?.trim() ?? '', address: address ?? bare ?? 'no-reply@localhost' };
}
