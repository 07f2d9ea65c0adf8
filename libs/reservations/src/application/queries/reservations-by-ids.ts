import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReservationsByIds, type ReservationSummary } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';

type Row = Omit<ReservationSummary, 'total' | 'startsAt' | 'endsAt' | 'heldUntil'> & {
  readonly total: number;
  readonly currency: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly heldUntil: Date;
};

@QueryHandler(ReservationsByIds)
export class ReservationsByIdsHandler implements IQueryHandler<ReservationsByIds> {
  constructor(private readonly database: Database) {}

  async execute({ reservationIds }: ReservationsByIds): Promise<ReservationSummary[]> {
    const rows = await this.database.query<Row>(
      `SELECT id, version, customer_id, showtime_id, status, code, seats, total, currency, late, starts_at, ends_at, held_until
       FROM reservations.reservations WHERE id = ANY ($1)`,
      [reservationIds],
    );
    return rows.map(({ total, currency, startsAt, endsAt, heldUntil, ...row }) => ({
      ...row,
      total: { amount: total, currency },
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      heldUntil: heldUntil.toISOString(),
    }));
  }
}
