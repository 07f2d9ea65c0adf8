import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { Disputes } from '../domain/disputes.js';
import type { DisputeFact } from '../domain/stripe-facts.js';

@Injectable()
export class PostgresDisputes extends Disputes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async record({ disputeId, amount, status, reason, closed }: DisputeFact, paymentId: string): Promise<boolean> {
    const now = this.clock.now();
    const [row] = await this.database.query<{ isNew: boolean }>(
      `INSERT INTO payments.disputes AS d (id, payment_id, amount, currency, status, reason, recorded_at, closed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (id) DO UPDATE SET status = CASE WHEN d.closed_at IS NULL THEN excluded.status ELSE d.status END,
         closed_at = coalesce(d.closed_at, excluded.closed_at)
       RETURNING xmax = 0 AS is_new`,
      [disputeId, paymentId, amount.amount, amount.currency, status, reason, now, closed ? now : null],
    );
    return row?.isNew ?? false;
  }
}
