import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { RecentDisputes, type RecentDisputeView } from '@app/contracts/disputes.js';
import { Database } from '@app/platform/persistence/database.js';
import { disputeOutcome } from '../../domain/disputes.js';

interface Row extends Omit<RecentDisputeView, 'outcome'> {
  readonly status: string;
  readonly closedAt: Date | null;
}

/** A dispute and the event that tells it are stored together, so one statement reads both as they belong to each other. */
@QueryHandler(RecentDisputes)
export class RecentDisputesHandler implements IQueryHandler<RecentDisputes> {
  constructor(private readonly database: Database) {}

  async execute({ decidedAfter, afterDisputeId, limit }: RecentDisputes): Promise<RecentDisputeView[]> {
    const rows = await this.database.query<Row>(
      `SELECT d.id AS dispute_id, p.reservation_id, p.version AS sequence, d.status, d.closed_at
       FROM payments.disputes d JOIN payments.payments p ON p.id = d.payment_id
       WHERE (d.closed_at IS NULL OR d.closed_at > $1) AND d.id > $2 ORDER BY d.id LIMIT $3`,
      [decidedAfter, afterDisputeId, limit],
    );
    return rows.map(({ status, closedAt, ...row }) => ({ ...row, outcome: disputeOutcome({ status, closedAt }) }));
  }
}
