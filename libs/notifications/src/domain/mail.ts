/** A mail: a message to one user about one fact. Its text is written when it is sent, from what the owners of the facts say then. */
import type { CancelledBy } from '@app/contracts/reservations.js';
import type { MoneyJson } from '@app/kernel/money.js';

export const MAIL_KINDS = [
  'reservation-confirmed',
  'seats-changed',
  'reservation-cancelled',
  'refund-submitted',
  'refund-arrived',
  'hold-ending',
  'email-verification',
  'password-reset',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** `waiting`: not sent yet. `not-needed`: there is no recipient any more, or its time is over. `given-up`: refused for now for too long. */
export const MAIL_STATUSES = ['waiting', 'sent', 'bounced', 'given-up', 'not-needed'] as const;
export type MailStatus = (typeof MAIL_STATUSES)[number];

/** What only the event knows. Never a name, an address or a secret. */
export interface MailFacts {
  readonly amount?: MoneyJson;
  /** That paid what the amount is of. Mails that were requested by an earlier version have none. */
  readonly paymentId?: string;
  readonly by?: CancelledBy;
  readonly reason?: string | null;
}

export interface MailRequest {
  readonly kind: MailKind;
  /** The id of the fact. One mail for each kind and fact. */
  readonly factId: string;
  /** Null where the event does not know the user: then it is the customer of the reservation. */
  readonly userId: string | null;
  readonly reservationId: string | null;
  readonly facts: MailFacts;
}

export interface MailState extends MailRequest {
  readonly id: string;
  readonly status: MailStatus;
  /** How often the mail server refused it for now, since it was requested or retried. */
  readonly attempts: number;
  /** The first of these refusals. */
  readonly firstRefusedAt: Date | null;
  readonly requestedAt: Date;
}
