/** What admins ask about mails. */
import { PageRequest } from '@app/platform/http/page.dto.js';
import { IdList, ValueList } from '@app/platform/http/query-list.js';
import { MAIL_STATUSES, type MailStatus } from '../domain/mail.js';

export class MailsRequest extends PageRequest {
  /** Any of these states, separated by commas. */
  @ValueList(MAIL_STATUSES)
  status?: readonly MailStatus[];

  /** Users that the mails are for: one id, or up to 20 separated by commas. */
  @IdList()
  userId?: string[];

  /** Reservations that the mails are about: one id, or up to 20 separated by commas. */
  @IdList()
  reservationId?: string[];
}
