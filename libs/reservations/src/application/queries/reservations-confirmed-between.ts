import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type ConfirmedReservationView, ReservationsConfirmedBetween } from '@app/contracts/reservation-accounts.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly reservationId: string;
  readonly customerId: string;
  readonly confirmedAt: Date;
}

@QueryHandler(ReservationsConfirmedBetween)
export class ReservationsConfirmedBetweenHandler implements IQueryHandler<ReservationsConfirmedBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: ReservationsConfirmedBetween): Promise<ConfirmedReservationView[]> {
    const rows = await this.database.query<Row>(
      `SELECT id AS reservation_id, customer_id, confirmed_at FROM reservations.reservations
       WHERE confirmed_at IS NOT NULL AND (confirmed_at, id) > ($1::timestamptz, $2::uuid) AND confirmed_at <= $3
       ORDER BY confirmed_at, id LIMIT $4`,
      [after.confirmedAt, after.reservationId, until, limit],
    );
    return rows.map(({ confirmedAt, ...row }) => ({ ...row, confirmedAt: confirmedAt.toISOString() }));
  }
}
