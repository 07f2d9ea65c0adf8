import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { MailNotFound } from '../../domain/errors.js';
import { MAIL_COLUMNS, type MailRow, MailView } from './mail.view.js';

/** Throws `MailNotFound`. */
export class MailForAdmin extends Query<MailView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(MailForAdmin)
export class MailForAdminHandler implements IQueryHandler<MailForAdmin> {
  constructor(private readonly database: Database) {}

  async execute({ id }: MailForAdmin): Promise<MailView> {
    const [row] = await this.database.query<MailRow>(`SELECT ${MAIL_COLUMNS} FROM notifications.mails WHERE id = $1`, [id]);
    if (row === undefined) throw new MailNotFound();
    return MailView.of(row);
  }
}
