import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Judging } from '../domain/judging.js';

@Injectable()
export class PostgresJudging implements Judging {
  constructor(private readonly database: Database) {}

  async judgedUntil(): Promise<Date> {
    const [row] = await this.database.query<{ judged_until: Date }>('SELECT judged_until FROM reservations.judging');
    return row?.judged_until ?? new Date(0);
  }

  async remember(settledAt: string): Promise<void> {
    await this.database.query('UPDATE reservations.judging SET judged_until = greatest(judged_until, $1)', [settledAt]);
  }

  async unjudged(paymentIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM reservations.payment_outcomes WHERE payment_id = id)`,
      [paymentIds],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
