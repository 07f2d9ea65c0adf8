import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { OwedRefundsWatermark } from '../domain/owed-refunds-watermark.js';

@Injectable()
export class PostgresOwedRefundsWatermark extends OwedRefundsWatermark {
  constructor(private readonly database: Database) {
    super();
  }

  async read(): Promise<Date> {
    const [row] = await this.database.query<{ requestedUntil: Date }>('SELECT requested_until FROM payments.owed_refunds_watermark');
    return row?.requestedUntil ?? new Date(0);
  }

  async advanceTo(owedAt: string): Promise<void> {
    await this.database.query('UPDATE payments.owed_refunds_watermark SET requested_until = greatest(requested_until, $1)', [owedAt]);
  }

  async reset(): Promise<void> {
    await this.database.query(`UPDATE payments.owed_refunds_watermark SET requested_until = 'epoch'`);
  }
}
