import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { UpcomingReservations } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';

/** A seller's account has thousands, and one is enough to refuse. */
const MAX_RESERVATIONS = 1_000;

@QueryHandler(UpcomingReservations)
export class UpcomingReservationsHandler implements IQueryHandler<UpcomingReservations> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId }: UpcomingReservations): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations WHERE customer_id = $1 AND status = 'confirmed' AND ends_at > $2 ORDER BY starts_at, id LIMIT $3`,
      [customerId, this.clock.now(), MAX_RESERVATIONS],
    );
    return rows.map(({ id }) => id);
  }
}
