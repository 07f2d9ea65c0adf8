import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { ConfirmationsWatermark } from '../domain/confirmations-watermark.js';

@Injectable()
export class PostgresConfirmationsWatermark extends ConfirmationsWatermark {
  constructor(private readonly database: Database) {
    super();
  }

  async read(): Promise<Date> {
    const [row] = await this.database.query<{ requestedUntil: Date }>('SELECT requested_until FROM notifications.confirmations_watermark');
    if (row === undefined) throw new Error('The watermark of confirmations has no row');
    return row.requestedUntil;
  }

  async moveTo(at: string): Promise<void> {
    await this.database.query('UPDATE notifications.confirmations_watermark SET requested_until = $1', [at]);
  }
}
