import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation-view.js';
import { ViewsOfReservations } from './views-of-reservations.js';

/** One reservation of its owner, in whatever state. Throws `ReservationNotFound`. */
export class ReservationDetail extends Query<ReservationView> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

@QueryHandler(ReservationDetail)
export class ReservationDetailHandler implements IQueryHandler<ReservationDetail> {
  constructor(
    private readonly database: Database,
    private readonly views: ViewsOfReservations,
  ) {}

  async execute({ customerId, reservationId }: ReservationDetail): Promise<ReservationView> {
    const rows = await this.database.query<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE id = $1 AND customer_id = $2`,
      [reservationId, customerId],
    );
    const [view] = await this.views.of(rows);
    if (view === undefined) throw new ReservationNotFound();
    return view;
  }
}
