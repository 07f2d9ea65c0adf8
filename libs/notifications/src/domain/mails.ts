/** The port of the mails that were requested. */
import type { MailKind, MailRequest, MailState, MailStatus } from './mail.js';

/** What the mail server said, and about which address. Both may hold personal data: they are never logged. */
export interface MailAnswer {
  readonly answer: string;
  readonly address: string;
  readonly at: Date;
}

export abstract class Mails {
  /** Adds the mails whose kind and fact are new. Returns their ids. Joins the active transaction. */
  abstract add(requests: readonly MailRequest[], at: Date): Promise<string[]>;

  abstract find(id: string): Promise<MailState | null>;

  /** Of these facts, those for which no mail of this kind was requested. */
  abstract withoutMail(kind: MailKind, factIds: readonly string[]): Promise<Set<string>>;

  /** How many mails to the user were sent after then: at most `limit`, where more are not counted. */
  abstract countSent(to: { readonly userId: string; readonly after: Date; readonly limit: number }): Promise<number>;

  /** The mail server took it. Changes only a mail that waits. */
  abstract markSent(id: string, sent: { readonly userId: string; readonly at: Date }): Promise<void>;

  /** Nothing is to be sent. Changes only a mail that waits. */
  abstract markNotNeeded(id: string): Promise<void>;

  /** The mail server refused it for good. Changes only a mail that waits. */
  abstract markBounced(id: string, refusal: MailAnswer & { readonly userId: string }): Promise<void>;

  /** The mail server refused it for now. It is given up where its first refusal was before `giveUpBefore`. Returns the status. */
  abstract recordRefusal(
    id: string,
    refusal: MailAnswer & { readonly userId: string; readonly giveUpBefore: Date },
  ): Promise<MailStatus | null>;

  /** The mail server got it and did not say whether it took it. It is given up where that happened `limit` times. Returns the status. */
  abstract recordUnconfirmed(
    id: string,
    send: MailAnswer & { readonly userId: string; readonly limit: number },
  ): Promise<MailStatus | null>;

  /** A mail that bounced or was given up waits again. Returns the status before, or null where there is no such mail. */
  abstract retry(id: string): Promise<MailStatus | null>;

  /** Removes what is kept of these users: their addresses, the answers about them. What waits for them is not needed any more. */
  abstract erase(userIds: readonly string[]): Promise<void>;

  /** Deletes mails that do not wait and were requested before then. Returns how many. */
  abstract delete(batch: { readonly requestedBefore: Date; readonly limit: number }): Promise<number>;
}
