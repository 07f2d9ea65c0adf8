/** The published queries of the notifications context. */
import { Query } from '@nestjs/cqrs';

/** The languages that mails are written in: the values that a user's `language` may have, in alphabetical order. */
export class MailLanguages extends Query<readonly string[]> {}

export interface MailSummary {
  readonly mailId: string;
  /** What the mail is about: `reservation-confirmed`. */
  readonly kind: string;
  readonly status: 'waiting' | 'sent' | 'bounced' | 'given-up' | 'not-needed';
  /** ISO instants, domain time. `endedAt`: when it was sent or refused for good; null before. */
  readonly requestedAt: string;
  readonly endedAt: string | null;
}

/** The mails about a reservation, oldest first, as long as they are kept. Never more than `limit`. */
export class MailsAboutReservation extends Query<MailSummary[]> {
  constructor(
    readonly reservationId: string,
    readonly limit: number,
  ) {
    super();
  }
}
