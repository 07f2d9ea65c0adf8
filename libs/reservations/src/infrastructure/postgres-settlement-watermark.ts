import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { SettlementWatermark } from '../domain/settlement-watermark.js';

@Injectable()
export class PostgresSettlementWatermark implements SettlementWatermark {
  constructor(private readonly database: Database) {}

  async read(): Promise<Date> {
    const [row] = await this.database.query<{ settledUntil: Date }>('SELECT settled_until FROM reservations.settlement_watermark');
    return row?.settledUntil ?? new Date(0);
  }

  async advanceTo(settledAt: string): Promise<void> {
    await this.database.query('UPDATE reservations.settlement_watermark SET settled_until = greatest(settled_until, $1)', [settledAt]);
  }

  async reset(): Promise<void> {
    await this.database.query(`UPDATE reservations.settlement_watermark SET settled_until = 'epoch'`);
  }

  async outstanding(paymentIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM reservations.payment_outcomes WHERE payment_id = id)`,
      [paymentIds],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
