import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset } from '@app/platform/persistence/keyset.js';
import type { MailStatus } from '../../domain/mail.js';
import { MAIL_COLUMNS, type MailRow, MailsResponse, MailView } from './mail.view.js';

interface MailFilter {
  /** Any of these. */
  readonly status?: readonly MailStatus[] | undefined;
  readonly userId?: readonly string[] | undefined;
  readonly reservationId?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Mails, newest first. Throws `InvalidCursor`. */
export class MailsForAdmin extends Query<MailsResponse> {
  constructor(readonly filter: MailFilter) {
    super();
  }
}

@QueryHandler(MailsForAdmin)
export class MailsForAdminHandler implements IQueryHandler<MailsForAdmin> {
  constructor(private readonly database: Database) {}

  execute({ filter: { status, userId, reservationId, limit, cursor } }: MailsForAdmin): Promise<MailsResponse> {
    return keyset<MailRow, MailView>(this.database, {
      select: `SELECT ${MAIL_COLUMNS} FROM notifications.mails`,
      filters: [],
      anyOf: [
        ['reservation_id', reservationId],
        ['user_id', userId],
        ['status', status],
      ],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: (row) => MailView.of(row),
    });
  }
}
