/** The port of the mail server. No error message holds an address or the server's words, because they are logged. */
import type { MailContent } from './mail-content.js';

export interface MailMessage {
  /** Stays the same when a mail is sent again, so that receivers can drop the second one. Without angle brackets and domain. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  /** BCP 47. */
  readonly language: string;
  readonly content: MailContent;
}

/** The mail server refuses the mail for good: the address does not exist, or takes no mail from us. */
export class MailBounced extends Error {
  constructor(
    readonly code: number,
    readonly answer: string,
  ) {
    super(`The mail server refuses the mail (${code})`);
  }
}

/** The mail server refuses the mail for now, or broke off. */
export class MailDelayed extends Error {
  constructor(
    readonly reason: number | string,
    readonly answer: string,
  ) {
    super(`The mail server does not take the mail now (${reason})`);
  }
}

/** The mail server got the whole mail and has not said whether it took it. It may deliver it. */
export class MailUnconfirmed extends Error {
  constructor(readonly reason: number | string) {
    super(`The mail server does not say whether it took the mail (${reason})`);
  }
}

/** The mail server cannot be reached, or takes nothing from us: it is about no mail in particular. */
export class MailServerAway extends Error {
  constructor(readonly reason: number | string) {
    super(`The mail server is away (${reason})`);
  }
}

export abstract class Mailer {
  /** Resolves once the mail server has taken the mail. Rejects with `MailBounced`, `MailDelayed`, `MailUnconfirmed` or `MailServerAway`. */
  abstract send(message: MailMessage): Promise<void>;
}
