import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type MailRecipientView, MailRecipients } from '@app/contracts/auth.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(MailRecipients)
export class MailRecipientsHandler implements IQueryHandler<MailRecipients> {
  constructor(private readonly database: Database) {}

  async execute({ userIds }: MailRecipients): Promise<MailRecipientView[]> {
    return this.database.query<MailRecipientView>(
      `SELECT id AS user_id, email, full_name, email_verified_at IS NOT NULL AS email_verified, language
       FROM auth.users WHERE id = ANY ($1) ORDER BY id`,
      [userIds],
    );
  }
}
