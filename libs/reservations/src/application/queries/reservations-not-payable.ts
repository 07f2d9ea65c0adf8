import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReservationsNotPayable } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(ReservationsNotPayable)
export class ReservationsNotPayableHandler implements IQueryHandler<ReservationsNotPayable> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: ReservationsNotPayable): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations WHERE id = ANY ($1) AND status <> 'held'`,
      [reservationIds],
    );
    return rows.map(({ id }) => id);
  }
}
