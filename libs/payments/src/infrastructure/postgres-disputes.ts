import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { type DisputeChange, Disputes } from '../domain/disputes.js';
import type { DisputeFact } from '../domain/stripe-facts.js';

@Injectable()
export class PostgresDisputes extends Disputes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async record({ disputeId, amount, status, reason, closed }: DisputeFact, paymentId: string): Promise<DisputeChange> {
    const now = this.clock.now();
    const closedAt = closed ? now : null;
    // Each statement waits for another transaction that records the dispute: of two facts at once, one finds it new, and one closes it.
    const added = await this.database.affected(
      `INSERT INTO payments.disputes (id, payment_id, amount, currency, status, reason, recorded_at, closed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
      [disputeId, paymentId, amount.amount, amount.currency, status, reason, now, closedAt],
    );
    if (added > 0) return { isNew: true, hasClosed: closed };
    const updated = await this.database.affected(
      `UPDATE payments.disputes SET status = $2, closed_at = $3 WHERE id = $1 AND closed_at IS NULL`,
      [disputeId, status, closedAt],
    );
    return { isNew: false, hasClosed: closed && updated > 0 };
  }
}
