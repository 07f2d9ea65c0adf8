import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type EndingHoldView, HoldsEndingBetween } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly reservationId: string;
  readonly customerId: string;
  readonly heldUntil: Date;
}

@QueryHandler(HoldsEndingBetween)
export class HoldsEndingBetweenHandler implements IQueryHandler<HoldsEndingBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: HoldsEndingBetween): Promise<EndingHoldView[]> {
    // The index has the end alone: the few holds of one instant are sorted.
    const rows = await this.database.query<Row>(
      `SELECT id AS reservation_id, customer_id, held_until FROM reservations.reservations
       WHERE status = 'held' AND held_until >= $1 AND (held_until, id) > ($1::timestamptz, $2::uuid) AND held_until <= $3
       ORDER BY held_until, id LIMIT $4`,
      [after.heldUntil, after.reservationId, until, limit],
    );
    return rows.map(({ heldUntil, ...row }) => ({ ...row, heldUntil: heldUntil.toISOString() }));
  }
}
