import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '@app/platform/http/page.view.js';
import { MAIL_KINDS, MAIL_STATUSES, type MailKind, type MailStatus } from '../../domain/mail.js';

export interface MailRow {
  readonly id: string;
  readonly kind: MailKind;
  readonly status: MailStatus;
  readonly userId: string | null;
  readonly reservationId: string | null;
  readonly address: string | null;
  readonly answer: string | null;
  readonly attempts: number;
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

export const MAIL_COLUMNS = 'id, kind, status, user_id, reservation_id, address, answer, attempts, requested_at, ended_at';

/** A mail as admins see it. Its text is not kept. */
export class MailView {
  /**
   * Id of the mail.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31"
   */
  @ApiProperty({ format: 'uuid' })
  id!: string;
  /**
   * What the mail is about.
   * @example "reservation-confirmed"
   */
  @ApiProperty({ enum: MAIL_KINDS, enumName: 'MailKind' })
  kind!: MailKind;
  /**
   * `waiting`: not sent yet. `sent`: the mail server took it. `bounced`: the mail server refused it for good. `given-up`: it refused it for now
   * for too long, or got it three times and did not say whether it took it. `not-needed`: there was no recipient any more, or its time was over.
   * @example "bounced"
   */
  @ApiProperty({ enum: MAIL_STATUSES, enumName: 'MailStatus' })
  status!: MailStatus;
  /**
   * The user that it is for; null while that is not known, or where the user was erased.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b21"
   */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  userId!: string | null;
  /**
   * The reservation that it is about; null for a mail about an account.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b16"
   */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  reservationId!: string | null;
  /**
   * The address that the mail server refused; null where it refused none.
   * @example "customer@example.com"
   */
  @ApiProperty({ maxLength: 254, nullable: true, type: String })
  address!: string | null;
  /**
   * What the mail server answered when it refused the mail, or that it did not answer; null where neither happened.
   * @example "550 5.1.1 No such user"
   */
  @ApiProperty({ maxLength: 500, nullable: true, type: String })
  answer!: string | null;
  /**
   * How often the mail server refused it for now, or did not answer.
   * @example 0
   */
  @ApiProperty({ minimum: 0 })
  attempts!: number;
  /**
   * When the mail was requested.
   * @example "2026-11-21T19:02:00.000Z"
   */
  @ApiProperty({ format: 'date-time' })
  requestedAt!: string;
  /**
   * When it was sent, bounced or given up; null before.
   * @example "2026-11-21T19:02:01.000Z"
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  endedAt!: string | null;

  static of({ requestedAt, endedAt, ...row }: MailRow): MailView {
    return { ...row, requestedAt: requestedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
  }
}

/** A page of mails. */
export class MailsResponse {
  /** The mails of the page, newest first. */
  @ApiProperty({ type: [MailView], maxItems: 100 })
  data!: MailView[];
  /** Where the list continues. */
  page!: PageInfo;
}
