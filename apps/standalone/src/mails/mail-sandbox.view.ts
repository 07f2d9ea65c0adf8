/** Mails that were caught. */
import { ApiProperty } from '@nestjs/swagger';

class CaughtAttachmentView {
  /**
   * Name of the file.
   * @example "reservation.ics"
   */
  @ApiProperty({ maxLength: 255 })
  filename!: string;
  /**
   * Media type of the file.
   * @example "text/calendar"
   */
  @ApiProperty({ maxLength: 255 })
  contentType!: string;
  /**
   * The file as text.
   * @example "BEGIN:VCALENDAR"
   */
  @ApiProperty({ maxLength: 1_048_576 })
  content!: string;
}

export class CaughtMailView {
  /**
   * Number of the mail since the start, from 1.
   * @example 1
   */
  @ApiProperty({ type: 'integer', minimum: 1 })
  id!: number;
  /**
   * The Message-ID header. The same fact has the same one.
   * @example "<reservation-confirmed.01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b16@localhost>"
   */
  @ApiProperty({ maxLength: 998 })
  messageId!: string;
  /**
   * When the mail arrived, in real time.
   * @example "2026-11-21T19:02:00.000Z"
   */
  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;
  /**
   * Address of the sender.
   * @example "no-reply@localhost"
   */
  @ApiProperty({ maxLength: 254 })
  from!: string;
  /**
   * Address of the recipient.
   * @example "customer@example.com"
   */
  @ApiProperty({ maxLength: 254 })
  to!: string;
  /**
   * Subject of the mail.
   * @example "Your tickets: Metropolis"
   */
  @ApiProperty({ maxLength: 998 })
  subject!: string;
  /**
   * The mail as plain text.
   * @example "Hello Ada,"
   */
  @ApiProperty({ maxLength: 1_048_576 })
  text!: string;
  /**
   * The mail as HTML.
   * @example "<p>Hello Ada,</p>"
   */
  @ApiProperty({ maxLength: 1_048_576 })
  html!: string;
  /** Files of the mail. */
  @ApiProperty({ type: [CaughtAttachmentView], maxItems: 10 })
  attachments!: readonly CaughtAttachmentView[];
}

export class CaughtMailsResponse {
  /** The mails, newest first; 200 at most. */
  @ApiProperty({ type: [CaughtMailView], maxItems: 200 })
  data!: readonly CaughtMailView[];
}
