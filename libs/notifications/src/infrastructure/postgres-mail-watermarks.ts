import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { type MailSearchName, MailWatermarks } from '../domain/mail-watermarks.js';

@Injectable()
export class PostgresMailWatermarks extends MailWatermarks {
  constructor(private readonly database: Database) {
    super();
  }

  async read(search: MailSearchName): Promise<Date> {
    const [row] = await this.database.query<{ requestedUntil: Date }>(
      'SELECT requested_until FROM notifications.mail_watermarks WHERE search = $1',
      [search],
    );
    if (row === undefined) throw new Error(`The search for ${search} has no watermark`);
    return row.requestedUntil;
  }

  async moveTo(search: MailSearchName, at: string): Promise<void> {
    await this.database.query('UPDATE notifications.mail_watermarks SET requested_until = $2 WHERE search = $1', [search, at]);
  }
}
